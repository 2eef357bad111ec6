# expect: unknown w1 line 10
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    X = (X - X.mean()) / X.std()
    dW1 = X.T @ d1
    return dW1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
