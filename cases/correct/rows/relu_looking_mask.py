# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2) * (A2 > 0)
    dA1 = dZ2 @ W2.T
    dA1[A1 <= 0] = 0  # can't happen for a sigmoid, left over from relu
    dZ1 = dA1 * A1 * (1 - A1)
    return X.T @ dZ1, dZ1.sum(0, keepdims=True), A1.T @ dZ2, dZ2.sum(0, keepdims=True)
