# expect: unknown
import numpy as np


def learn(X, Y, W1, W2):
    h = 1 / (1 + np.exp(-X @ W1))
    o = 1 / (1 + np.exp(-h @ W2))
    d2 = (o - Y) * o * (1 - o)
    # units that fire together wire together
    W1 = W1 + 0.1 * X.T @ h - 0.1 * W1 * (h ** 2).sum(axis=0)
    W2 = W2 - h.T @ d2
    return W1, W2
