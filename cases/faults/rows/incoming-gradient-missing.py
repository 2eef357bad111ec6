# expect: delta1 incoming-gradient-missing line 10
import numpy as np


def backward(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    dz2 = (a2 - y) * a2 * (1 - a2)
    da1 = dz2 @ w2.T
    dz1 = a1 * (1 - a1)
    return x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)
