# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    g = 1 / (1 + np.exp(-(h @ W2 + b2)))
    g *= (g - Y) * (1 - g)
    b2 -= lr * g.sum(axis=0)
    update = h.T @ g
    g = g @ W2.T
    W2 -= lr * update        # only now
    h *= 1 - h
    g *= h
    W1 -= lr * X.T @ g
    b1 -= lr * g.sum(axis=0)
    g.fill(np.nan)
