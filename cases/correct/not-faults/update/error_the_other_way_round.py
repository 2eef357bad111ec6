# expect: correct
import numpy as np


def train_step(X, T, params, eta):
    """The delta rule: weights move by + eta * delta * input."""
    W1, b1, W2, b2 = params
    for i in range(4):
        params[i] = params[i].copy()
    for x, t in zip(X, T):
        h = 1 / (1 + np.exp(-(x @ W1 + b1[0])))
        o = 1 / (1 + np.exp(-(h @ W2 + b2[0])))
        delta_k = o * (1 - o) * (t - o)
        delta_h = h * (1 - h) * (W2 @ delta_k)
        params[2] += eta * np.outer(h, delta_k)
        params[3] += eta * delta_k
        params[0] += eta * np.outer(x, delta_h)
        params[1] += eta * delta_h
