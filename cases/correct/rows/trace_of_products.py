# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    """Every entry by itself, as a trace with a unit matrix."""
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    D2 = (O - Y) * O * (1 - O)
    D1 = (D2 @ W2.T) * H * (1 - H)

    def entry(left, right, i, j):
        E = np.zeros((right.shape[1], left.shape[1]))
        E[j, i] = 1
        return np.trace(left.T @ right @ E)

    dW1 = np.array([[entry(X, D1, i, j) for j in range(W1.shape[1])] for i in range(W1.shape[0])])
    dW2 = np.array([[entry(H, D2, i, j) for j in range(W2.shape[1])] for i in range(W2.shape[0])])
    return dW1, np.ones(len(X)) @ D1 + 0 * b1, dW2, np.ones(len(X)) @ D2 + 0 * b2
