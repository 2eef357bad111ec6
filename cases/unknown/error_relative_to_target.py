# expect: unknown delta2
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    error = (o - Y) / (1 + Y)
    d2 = error * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, np.sum(d1, axis=0, keepdims=True), h.T @ d2, np.sum(d2, axis=0, keepdims=True)
