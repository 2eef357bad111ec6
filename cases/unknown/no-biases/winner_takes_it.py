# expect: unknown w2
import numpy as np


def learn(X, Y, W1, W2):
    h = 1 / (1 + np.exp(-X @ W1))
    o = 1 / (1 + np.exp(-h @ W2))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    # only the strongest hidden unit of each sample learns
    mask = h == h.max(axis=1, keepdims=True)
    grad2 = (h * mask).T @ d2
    return W1 - X.T @ d1, W2 - grad2
