# expect: w1 weight-decay-not-in-loss line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2, lam=0.2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * a1 * (1 - a1)
    dw1 = x.T @ dz1 + lam * w1
    dw2 = a1.T @ dz2
    return dw1, np.sum(dz1, 0, keepdims=True), dw2, np.sum(dz2, 0, keepdims=True)
