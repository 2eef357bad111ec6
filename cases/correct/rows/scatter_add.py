# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    d2 = (O - Y) * O * (1 - O)
    d1 = (d2 @ W2.T) * H * (1 - H)
    db1, db2 = np.zeros_like(b1), np.zeros_like(b2)
    rows = np.zeros(len(X), dtype=int)
    np.add.at(db1, rows, d1)
    np.add.at(db2, rows, d2)
    return X.T @ d1, db1, H.T @ d2, db2
