# expect: unknown delta2 line 9
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    raw = (A2 - Y) * A2 * (1 - A2)
    dZ2 = np.cumsum(raw, axis=0) / np.arange(1, len(raw) + 1)[:, None]
    dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
    return X.T @ dZ1, dZ1.sum(0, keepdims=True), A1.T @ dZ2, dZ2.sum(0, keepdims=True)
