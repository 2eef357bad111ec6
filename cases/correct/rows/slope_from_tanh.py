# expect: correct
import numpy as np


def squash(z):
    return 0.5 * (1 + np.tanh(z / 2))


def slope(z):
    # same curve, half angle: no exponentials to overflow
    return 0.25 * (1 - np.tanh(z / 2) ** 2)


def backward(X, Y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    H = squash(Z1)
    Z2 = H @ W2 + b2
    O = squash(Z2)
    d2 = (O - Y) * slope(Z2)
    d1 = d2 @ W2.T * slope(Z1)
    return X.T @ d1, d1.sum(0, keepdims=True), H.T @ d2, d2.sum(0, keepdims=True)
