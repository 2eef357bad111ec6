# expect: b1 bias-keepdims-missing line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (d2 @ w2.T) * a1 * (1 - a1)
    db2 = d2.sum(axis=0, keepdims=True)
    db1 = d1.sum(axis=0)
    return x.T @ d1, db1, a1.T @ d2, db2
