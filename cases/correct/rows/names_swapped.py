# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    # z: after the sigmoid, a: before it
    a1 = X @ W1 + b1
    z1 = 1 / (1 + np.exp(-a1))
    a2 = z1 @ W2 + b2
    z2 = 1 / (1 + np.exp(-a2))
    delta = (z2 - Y) * z2 * (1 - z2)
    gamma = (delta @ W2.T) * z1 * (1 - z1)
    return X.T @ gamma, gamma.sum(axis=0, keepdims=True), z1.T @ delta, delta.sum(axis=0, keepdims=True)
