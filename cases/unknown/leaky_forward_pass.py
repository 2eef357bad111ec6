# expect: unknown
import numpy as np


def act(z):
    return 1 / (1 + np.exp(-z)) + 0.05 * z


def backward(X, Y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    h = act(z1)
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    s = 1 / (1 + np.exp(-z1))
    d1 = (d2 @ W2.T) * (s * (1 - s) + 0.05)
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
