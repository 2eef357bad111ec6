# expect: correct
import numpy as np


def backward(X, T, W1, b1, W2, b2):
    y = 1 / (1 + np.exp(-(X @ W1 + b1)))
    z = 1 / (1 + np.exp(-(y @ W2 + b2)))
    # (z - T) z (1 - z), multiplied out
    dz = z**2 - z**3 - T * z + T * z**2
    dy = np.inner(dz, W2) * (y - y**2)
    return X.T @ dy, dy.sum(axis=0, keepdims=True), y.T @ dz, dz.sum(axis=0, keepdims=True)
