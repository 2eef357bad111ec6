# expect: w1 weight-decay-missing line 12
import numpy as np


def regularised(X, Y, W1, b1, W2, b2, lambd):
    n = len(X)
    A1 = np.tanh(X @ W1 + b1)
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) / n
    dZ1 = (dZ2 @ W2.T) * (1 - A1**2)
    return {
        "W1": X.T @ dZ1,
        "b1": dZ1.sum(axis=0, keepdims=True),
        "W2": A1.T @ dZ2 + lambd / n * W2,
        "b2": dZ2.sum(axis=0, keepdims=True),
    }
