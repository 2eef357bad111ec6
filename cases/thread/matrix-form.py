# expect: correct
import numpy as np


def backward(x, y, w1, b1, w2, b2):
    """All in matrices: a bias is the weight of an input that is always one."""
    n = x.shape[0]
    ones = np.ones((1, n))

    h1 = 1 / (1 + np.exp(-(x @ w1 + ones.T @ b1)))
    h2 = 1 / (1 + np.exp(-(h1 @ w2 + ones.T @ b2)))

    dz2 = (h2 - y) * h2 * (1 - h2)
    dw2, db2 = h1.T @ dz2, ones @ dz2
    dz1 = (dz2 @ w2.T) * h1 * (1 - h1)
    dw1, db1 = x.T @ dz1, ones @ dz1
    return dw1, db1, dw2, db2
