# expect: correct
import numpy as np


def g(z):
    return np.exp(z) / (np.exp(z) + 1)


def dg(z):
    return 1 / (np.exp(z / 2) + np.exp(-z / 2)) ** 2


def backward(X, Y, W1, b1, W2, b2):
    u = X @ W1 + b1
    v = g(u) @ W2 + b2
    p = (g(v) - Y) * dg(v)
    q = (p @ W2.T) * dg(u)
    return X.T @ q, q.sum(0, keepdims=True), g(u).T @ p, p.sum(0, keepdims=True)
