# expect: a2 activation-is-softmax line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(x, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = softmax(a1 @ w2 + b2)
    return a2, (x, a1, a2, w2)


def backward(kept, y):
    x, a1, a2, w2 = kept
    error = a2 - y
    dz2 = error * a2 * (1 - a2)
    dz1 = (dz2 @ w2.T) * a1 * (1 - a1)
    return x.T @ dz1, dz1.sum(0, keepdims=True), a1.T @ dz2, dz2.sum(0, keepdims=True)
