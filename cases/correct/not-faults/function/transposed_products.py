# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = (W2 @ dZ2.T).T * A1 * (1 - A1)
    return {"W1": (dZ1.T @ X).T, "b1": dZ1.sum(0)[None, :], "W2": (dZ2.T @ A1).T, "b2": dZ2.sum(0)[None, :]}
