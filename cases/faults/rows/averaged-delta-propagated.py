# expect: grad_a1 averaged-delta-propagated line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    delta2 = (a2 - y) * a2 * (1 - a2)
    db2 = np.sum(delta2, axis=0, keepdims=True)
    dw2 = a1.T @ delta2

    da1 = np.dot(db2, w2.T)
    delta1 = da1 * a1 * (1 - a1)
    db1 = np.sum(delta1, axis=0, keepdims=True)
    dw1 = x.T @ delta1
    return dw1, db1, dw2, db2
