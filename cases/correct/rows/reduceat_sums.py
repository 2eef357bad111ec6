# expect: correct
import numpy as np


def column_sums(A):
    return np.add.reduceat(A, [0], axis=0)


def backward(X, Y, W1, b1, W2, b2):
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    B = 1 / (1 + np.exp(-(A @ W2 + b2)))
    E2 = (B - Y) * B * (1 - B)
    E1 = E2 @ W2.T * A * (1 - A)
    return X.T @ E1, column_sums(E1), A.T @ E2, column_sums(E2)
