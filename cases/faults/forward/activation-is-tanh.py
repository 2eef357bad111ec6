# expect: a1 activation-is-tanh line 6
import numpy as np


def forward(x, w1, b1, w2, b2):
    a1 = np.tanh(x @ w1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    return a2, (x, a1, a2, w2)


def backward(kept, y):
    x, a1, a2, w2 = kept
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * (1 - a1**2)
    return x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)
