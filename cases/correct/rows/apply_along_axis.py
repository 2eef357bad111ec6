# expect: correct
import numpy as np


def through(weights):
    def go(delta):
        return weights @ delta
    return go


def backward(X, Y, W1, b1, W2, b2):
    h = np.apply_along_axis(lambda x: 1 / (1 + np.exp(-(x @ W1 + b1[0]))), 1, X)
    o = np.apply_along_axis(lambda a: 1 / (1 + np.exp(-(a @ W2 + b2[0]))), 1, h)
    e = (o - Y) * o * (1 - o)
    g = np.apply_along_axis(through(W2), 1, e) * h * (1 - h)
    total = lambda m: np.apply_along_axis(np.sum, 0, m).reshape(1, -1)
    return X.T @ g, total(g), h.T @ e, total(e)
