# expect: correct
import numpy as np


def gradient(X, y, W1, b1, w2, b2):
    n = y.size
    H = 1 / (1 + np.exp(-X @ W1 - b1))
    o = 1 / (1 + np.exp(-H @ w2 - b2))
    e = (o - y) * (o - o**2)
    G = (H - H**2) * w2
    G = (G.T * e).T
    return (X.T @ G, np.ones(n) @ G, e @ H, e @ np.ones(n))
