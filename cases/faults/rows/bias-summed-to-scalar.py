# expect: b1 bias-summed-to-scalar line 14; b2 bias-summed-to-scalar line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    h = sigmoid(x @ w1 + b1)
    o = sigmoid(h @ w2 + b2)
    do = (o - y) * o * (1 - o)
    dh = (do @ w2.T) * h * (1 - h)
    grad_b1 = np.sum(dh)
    grad_b2 = np.sum(do)
    return x.T @ dh, grad_b1, h.T @ do, grad_b2
