# expect: b1 gradient-zero line 10
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    db1 = np.zeros_like(b1)
    db2 = np.zeros_like(b2)
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * a1 * (1 - a1)
    dw1, dw2 = x.T @ dz1, a1.T @ dz2
    db2 += dz2.sum(axis=0)
    return dw1, db1, dw2, db2
