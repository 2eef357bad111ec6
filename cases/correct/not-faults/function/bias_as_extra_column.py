# expect: correct
import numpy as np


def with_ones(A):
    return np.hstack([A, np.ones((A.shape[0], 1))])


def backward(X, Y, V1, V2):
    """X has a last column of ones; the last rows of V1 and V2 are the biases."""
    H = 1 / (1 + np.exp(-X @ V1))
    O = 1 / (1 + np.exp(-with_ones(H) @ V2))
    D2 = (O - Y) * O * (1 - O)
    D1 = D2 @ V2[:-1].T * H * (1 - H)
    return X.T @ D1, with_ones(H).T @ D2
