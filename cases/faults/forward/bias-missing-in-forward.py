# expect: z2 bias-missing-in-forward line 11
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    a1 = sigmoid(np.dot(x, w1) + b1)
    z2 = np.dot(a1, w2)
    a2 = sigmoid(z2)
    return a2, (x, a1, a2, w2)


def backward(kept, y):
    x, a1, a2, w2 = kept
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = np.dot(dz2, w2.T) * a1 * (1 - a1)
    return np.dot(x.T, dz1), dz1.sum(0, keepdims=True), np.dot(a1.T, dz2), dz2.sum(0, keepdims=True)
