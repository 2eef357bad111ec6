# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    m = len(Y)
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    p = np.clip(p, 1e-15, 1 - 1e-15)
    print("cost", -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).sum() / m)
    d2 = (p - Y) / (p * (1 - p)) * p * (1 - p) / m
    d1 = d2 @ W2.T * h * (1 - h)
    params[0] = W1 - lr * X.T @ d1
    params[1] = b1 - lr * d1.sum(axis=0)
    params[2] = W2 - lr * h.T @ d2
    params[3] = b2 - lr * d2.sum(axis=0)
