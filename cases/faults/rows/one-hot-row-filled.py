# expect: grad_a2 one-hot-row-filled line 15
import numpy as np


def one_hot(y):
    encoded = np.zeros(y.shape)
    classes = np.arange(y.shape[1])
    encoded[:, classes] = 1
    return encoded


def backward(x, y, w1, b1, w2, b2):
    a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    da2 = a2 - one_hot(y)
    dz2 = da2 * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * a1 * (1 - a1)
    return x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)
