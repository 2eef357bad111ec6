# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    if len(X) == 0:
        return 0 * W1, 0 * b1, 0 * W2, 0 * b2
    x, y = X[:1], Y[:1]
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (o - y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    first = x.T @ d1, d1, h.T @ d2, d2
    rest = backward(X[1:], Y[1:], W1, b1, W2, b2)
    return [f + r for f, r in zip(first, rest)]
