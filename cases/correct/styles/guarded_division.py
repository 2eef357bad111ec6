# expect: correct, note "epsilon"
import numpy as np


def backward(X, Y, W1, b1, W2, b2, eps=1e-8):
    n = len(X)
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d_o = -(Y / (o + eps) - (1 - Y) / (1 - o + eps)) / n
    d2 = d_o * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
