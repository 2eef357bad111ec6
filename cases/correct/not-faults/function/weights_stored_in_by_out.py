# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A1 = 1 / (1 + np.exp(-(np.dot(W1.T, X) + b1)))
    A2 = 1 / (1 + np.exp(-(np.dot(W2.T, A1) + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dA1 = np.dot(W2, dZ2)
    dZ1 = dA1 * A1 * (1 - A1)
    return {"W1": np.dot(X, dZ1.T), "b1": np.sum(dZ1, axis=1, keepdims=True),
            "W2": np.dot(A1, dZ2.T), "b2": np.sum(dZ2, axis=1, keepdims=True)}
