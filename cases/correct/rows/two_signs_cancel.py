# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    s1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    s2 = 1 / (1 + np.exp(-(s1 @ W2 + b2)))
    error = Y - s2
    dz2 = error * (-(1 - s2) * s2)
    dz1 = -(dz2 @ W2.T) * (s1 - 1) * s1
    return (
        X.T @ dz1,
        dz1.sum(axis=0, keepdims=True),
        s1.T @ dz2,
        dz2.sum(axis=0, keepdims=True),
    )
