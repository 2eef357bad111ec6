# expect: unknown b1 line 11
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    db2 = np.sum(d2, axis=0, keepdims=True)
    db1 = np.max(d1, axis=0, keepdims=True)
    return X.T @ d1, db1, h.T @ d2, db2
