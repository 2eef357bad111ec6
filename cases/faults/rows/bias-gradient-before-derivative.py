# expect: b1 bias-gradient-before-derivative line 17
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    da1 = dz2 @ w2.T
    dz1 = da1 * a1 * (1 - a1)
    return {
        "dw1": x.T @ dz1,
        "db1": da1.sum(axis=0, keepdims=True),
        "dw2": a1.T @ dz2,
        "db2": dz2.sum(axis=0, keepdims=True),
    }.values()
