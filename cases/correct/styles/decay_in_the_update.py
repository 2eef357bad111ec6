# expect: correct
import numpy as np


def sgd(w, X, Y, lr, decay):
    s = lambda z: 1 / (1 + np.exp(-z))
    h = s(X @ w[0] + w[1])
    o = s(h @ w[2] + w[3])
    d2 = (o - Y) * o * (1 - o) / len(X)
    d1 = (d2 @ w[2].T) * h * (1 - h)
    steps = X.T @ d1, d1.sum(0, keepdims=True), h.T @ d2, d2.sum(0, keepdims=True)
    for i in (0, 2):
        w[i] = (1 - lr * decay) * w[i]
    for i, step in enumerate(steps):
        w[i] = w[i] - lr * step
