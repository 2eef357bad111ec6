# expect: b2 bias-summed-over-wrong-axis line 16
import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    h1 = logistic(x @ w1 + b1)
    h2 = logistic(h1 @ w2 + b2)
    k = w2.shape[1]

    dz2 = (h2 - y) * h2 * (1 - h2)
    dw2 = h1.T @ dz2
    db2 = dz2 @ np.ones((k, 1))

    dz1 = (dz2 @ w2.T) * h1 * (1 - h1)
    dw1 = x.T @ dz1
    db1 = np.ones((1, len(x))) @ dz1
    return dw1, db1, dw2, db2
