# expect: unknown delta1
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    back = d2 @ W2.T
    d1 = np.zeros_like(back)
    for i in range(h.shape[1]):
        d1[:, i] = back[:, i] * h[:, i] * (1 - h[:, i - 1])
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
