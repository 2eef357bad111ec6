# expect: correct
import numpy as np


def average(rows):
    return np.average(rows, axis=0)[None, :]


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    weight = np.full(len(X), 1 / len(X))
    params[0] = W1 - lr * (X.T * weight) @ d1
    params[1] = b1 - lr * average(d1)
    params[2] = W2 - lr * (h.T * weight) @ d2
    params[3] = b2 - lr * average(d2)
