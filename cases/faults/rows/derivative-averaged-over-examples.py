# expect: slope1 derivative-averaged-over-examples line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    error2 = (a2 - y) * a2 * (1 - a2)
    mean_slope = np.mean(a1 * (1 - a1), axis=0)
    error1 = np.dot(error2, w2.T) * mean_slope
    dw1, dw2 = x.T @ error1, a1.T @ error2
    db1, db2 = (np.sum(e, axis=0, keepdims=True) for e in (error1, error2))
    return dw1, db1, dw2, db2
