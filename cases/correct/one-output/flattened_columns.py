# expect: correct
import numpy as np


def gradient(X, y, W1, b1, W2, b2):
    Y, W2 = y.reshape(-1, 1), W2.reshape(-1, 1)
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    delta = (A2 - Y) * A2 * (1 - A2)
    gamma = (delta * W2.T) * A1 * (1 - A1)   # (n, 1) times (1, h)
    return [X.T @ gamma, np.sum(gamma, axis=0), (A1 * delta).sum(axis=0), delta.sum()]
