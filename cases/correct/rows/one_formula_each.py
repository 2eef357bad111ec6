# expect: correct
import numpy as np


def backward(x, t, W1, b1, W2, b2):
    y = 1 / (1 + np.exp(-(x @ W1 + b1)))
    z = 1 / (1 + np.exp(-(y @ W2 + b2)))
    # no deltas: every derivative spelled out
    gW2 = y.T @ ((z - t) * z * (1 - z))
    gb2 = ((z - t) * z * (1 - z)).sum(0, keepdims=True)
    gW1 = x.T @ (((z - t) * z * (1 - z)) @ W2.T * y * (1 - y))
    gb1 = (((z - t) * z * (1 - z)) @ W2.T * y * (1 - y)).sum(0, keepdims=True)
    return gW1, gb1, gW2, gb2
