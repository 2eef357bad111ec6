# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    e2 = (o - Y) * o * (1 - o)
    e1 = (e2 @ W2.T) * h * (1 - h)
    # built-in sum adds the rows of a matrix
    return X.T @ e1, [sum(e1)], h.T @ e2, [sum(e2)]
