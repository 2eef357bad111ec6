# expect: b1 bias-not-summed-over-examples line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)

    db2 = (a2 - y) * a2 * (1 - a2)
    dw2 = a1.T @ db2
    db1 = (db2 @ w2.T) * a1 * (1 - a1)
    dw1 = x.T @ db1
    return dw1, db1, dw2, db2.sum(axis=0, keepdims=True)
