# expect: slope1 derivative-transposed line 14
import numpy as np


def sigma(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigma(x @ w1 + b1)
    a2 = sigma(a1 @ w2 + b2)
    g1 = a1 * (1 - a1)
    dz2 = (a2 - y) * (a2 * (1 - a2))
    dz1 = (dz2 @ w2.T) * g1.T
    return [x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)]
