# expect: slope1 derivative-applied-twice line 16
import numpy as np


def sigmoid(z):
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def backward(x, y, w1, b1, w2, b2):
    a1, slope1 = sigmoid(x @ w1 + b1)
    a2, slope2 = sigmoid(a1 @ w2 + b2)

    dz2 = (a2 - y) * slope2
    da1 = (dz2 @ w2.T) * slope1
    dz1 = da1 * a1 * (1 - a1)

    dw2 = a1.T @ dz2
    db2 = dz2.sum(axis=0, keepdims=True)
    dw1 = x.T @ dz1
    db1 = dz1.sum(axis=0, keepdims=True)
    return dw1, db1, dw2, db2
