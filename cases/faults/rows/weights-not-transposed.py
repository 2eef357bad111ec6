# expect: grad_a1 weights-not-transposed line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    h = sigmoid(x @ w1 + b1)
    p = sigmoid(h @ w2 + b2)
    dp = (p - y) * p * (1 - p)
    dh = (dp @ w2) * h * (1 - h)
    return x.T @ dh, dh.sum(0, keepdims=True), h.T @ dp, dp.sum(0, keepdims=True)
