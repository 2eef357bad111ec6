# expect: unknown
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = np.sin(o - Y) * np.sqrt(o)
    d1 = np.log1p(d2 ** 2) @ W2.T * np.exp(-h)
    return X.T @ d1 + 0.01, d1.std(0, keepdims=True), h.T @ d2 - 0.02, d2.min(0, keepdims=True)
