# expect: unknown delta1 line 11
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    dW2, db2 = h.T @ d2, d2.sum(0, keepdims=True)
    d1 = (d2 @ W2.T) * h * (1 - h)
    d1 = d1 / np.linalg.norm(d1, axis=1, keepdims=True)
    dW1, db1 = X.T @ d1, d1.sum(0, keepdims=True)
    return dW1, db1, dW2, db2
