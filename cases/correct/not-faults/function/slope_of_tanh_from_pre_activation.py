# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    Z1 = np.dot(X, W1) + b1
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(np.dot(A1, W2) + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = np.dot(dZ2, W2.T) * (1 - np.tanh(Z1) ** 2)
    return {"W1": np.dot(X.T, dZ1), "b1": dZ1.sum(axis=0, keepdims=True),
            "W2": np.dot(A1.T, dZ2), "b2": dZ2.sum(axis=0, keepdims=True)}
