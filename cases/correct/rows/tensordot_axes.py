# expect: correct
import numpy as np

td = np.tensordot


def backward(X, Y, W1, b1, W2, b2):
    a1 = 1 / (1 + np.exp(-(td(X, W1, axes=1) + b1)))
    a2 = 1 / (1 + np.exp(-(td(a1, W2, axes=1) + b2)))
    dz2 = (a2 - Y) * a2 * (1 - a2)
    dz1 = td(dz2, W2, axes=(1, 1)) * a1 * (1 - a1)
    one = np.ones((1, X.shape[0]))
    return td(X, dz1, axes=(0, 0)), td(one, dz1, axes=(1, 0)), td(a1, dz2, axes=(0, 0)), td(one, dz2, axes=(1, 0))
