# expect: correct
import numpy as np


def gradient(X, y, W1, b1, w2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(H @ w2 + b2)))
    d = (o - y) * o * (1 - o)
    D = np.outer(d, w2) * H * (1 - H)
    return X.T @ D, D.sum(axis=0), H.T @ d, np.sum(d)
