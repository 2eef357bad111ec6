# expect: unknown w2
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    order = np.arange(len(X))
    order[[0, -1]] = order[[-1, 0]]
    dW2 = h[order].T @ d2
    return X.T @ d1, d1.sum(0, keepdims=True), dW2, d2.sum(0, keepdims=True)
