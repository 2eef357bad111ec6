# expect: correct
import numpy as np


def sig(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    # work with one column per sample inside
    X, Y, b1, b2 = X.T, Y.T, b1.T, b2.T
    A1 = sig(W1.T @ X + b1)
    A2 = sig(W2.T @ A1 + b2)
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = W2 @ dZ2 * A1 * (1 - A1)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return X @ dZ1.T, db1.T, A1 @ dZ2.T, db2.T
