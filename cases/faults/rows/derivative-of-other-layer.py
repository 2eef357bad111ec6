# expect: slope1 derivative-of-other-layer line 13
import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = logistic(x @ w1 + b1)
    a2 = logistic(a1 @ w2 + b2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * a2 * (1 - a2)
    return x.T @ dz1, dz1.sum(axis=0, keepdims=True), a1.T @ dz2, dz2.sum(axis=0, keepdims=True)
