# expect: delta2 gradient-sign-flipped line 8
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = 2 * (Y - o) / len(X) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
