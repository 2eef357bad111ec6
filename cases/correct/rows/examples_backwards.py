# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    X, Y = X[::-1], Y[::-1]
    s = lambda z: 1 / (1 + np.exp(-z))
    h = s(X @ W1 + b1)
    o = s(h @ W2 + b2)
    go = (o - Y) * o * (1 - o)
    gh = go @ W2.T * h * (1 - h)
    return X.T @ gh, gh.sum(0)[None], h.T @ go, go.sum(0)[None]
