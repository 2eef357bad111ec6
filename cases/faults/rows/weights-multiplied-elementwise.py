# expect: grad_a1 weights-multiplied-elementwise line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    dz2 = np.multiply(a2 - y, a2 * (1 - a2))
    da1 = np.multiply(dz2, w2.T)
    dz1 = np.multiply(da1, a1 * (1 - a1))
    return x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)
