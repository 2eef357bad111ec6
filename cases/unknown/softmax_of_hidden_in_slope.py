# expect: unknown delta1
import numpy as np


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def backward(X, Y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    h = 1 / (1 + np.exp(-z1))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * softmax(z1) * (1 - softmax(z1))
    return X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
