# expect: correct
import numpy as np


def pairwise(rows):
    if len(rows) == 1:
        return rows[0]
    half = len(rows) // 2
    return pairwise(rows[:half]) + pairwise(rows[half:])


def backward(X, Y, W1, b1, W2, b2):
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    B = 1 / (1 + np.exp(-(A @ W2 + b2)))
    G = (B - Y) * B * (1 - B)
    F = (G @ W2.T) * A * (1 - A)
    outers = lambda left, right: [np.outer(l, r) for l, r in zip(left, right)]
    return pairwise(outers(X, F)), pairwise(F)[None, :], pairwise(outers(A, G)), pairwise(G)[None, :]
