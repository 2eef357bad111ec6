# expect: correct
import numpy as np


def last_running_total(a):
    return np.cumsum(a, axis=0)[-1:]


def backward(X, Y, W1, b1, W2, b2):
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    dz2 = (a2 - Y) * (a2 * (1 - a2))
    dz1 = (dz2 @ W2.T) * (a1 * (1 - a1))
    dW2 = np.cumsum(a1[:, :, None] * dz2[:, None], axis=0)[-1]
    dW1 = np.cumsum(X[:, :, None] * dz1[:, None], axis=0)[-1]
    return dW1, last_running_total(dz1), dW2, last_running_total(dz2)
