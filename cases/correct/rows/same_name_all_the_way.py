# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    a = 1 / (1 + np.exp(-(X @ W1 + b1)))
    d = 1 / (1 + np.exp(-(a @ W2 + b2)))
    d = (d - Y) * d * (1 - d)
    W, b = a.T @ d, d.sum(0, keepdims=True)
    d = d @ W2.T
    d = d * a
    d = d * (1 - a)
    return X.T @ d, d.sum(0, keepdims=True), W, b
