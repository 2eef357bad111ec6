# expect: correct
import numpy as np


def derivatives(x, y, W, b, V):
    """Of sum (V' tanh(W'x + b) - y)^2 / 2."""
    t = np.tanh(x @ W + b)
    r = t @ V - y
    q = (1 - t**2) * (r @ V.T)
    return x.T @ q, q.sum(axis=0), t.T @ r
