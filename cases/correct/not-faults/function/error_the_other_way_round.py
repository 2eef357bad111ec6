# expect: correct
import numpy as np


def s(z):
    return 1 / (1 + np.exp(-z))


def step(X, Y, W1, b1, W2, b2, lr):
    h = s(X @ W1 + b1)
    o = s(h @ W2 + b2)
    err = Y - o
    d2 = err * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return W1 + lr * X.T @ d1, b1 + lr * d1.sum(0), W2 + lr * h.T @ d2, b2 + lr * d2.sum(0)
