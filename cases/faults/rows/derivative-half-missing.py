# expect: slope2 derivative-half-missing line 13
import numpy as np


def f(z):
    return np.reciprocal(1 + np.exp(-z))


def backward(X, T, W1, b1, W2, b2):
    H = f(X @ W1 + b1)
    O = f(H @ W2 + b2)
    E = O - T
    D2 = E * (1 - O)
    D1 = (D2 @ W2.T) * (1 - H) * H
    gW2, gb2 = H.T @ D2, np.sum(D2, axis=0, keepdims=True)
    gW1, gb1 = X.T @ D1, np.sum(D1, axis=0, keepdims=True)
    return gW1, gb1, gW2, gb2
