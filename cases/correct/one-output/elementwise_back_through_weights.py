# expect: correct
import numpy as np


def gradient(X, y, W, b, v, c):
    S = 1 / (1 + np.exp(-(np.dot(X, W) + b)))
    f = 1 / (1 + np.exp(-(np.dot(S, v) + c)))
    r = (f - y) * f * (1 - f)
    back = r[:, None] * v * S * (1 - S)
    return np.dot(X.T, back), back.sum(0), np.dot(r, S), r.sum()
