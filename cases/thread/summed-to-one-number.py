# expect: b2 bias-summed-to-scalar line 18
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    h1 = sigmoid(np.dot(x, w1) + b1)
    return h1, sigmoid(np.dot(h1, w2) + b2)


def backward(x, y, w1, b1, w2, b2):
    h1, h2 = forward(x, w1, b1, w2, b2)
    dz2 = (h2 - y) * h2 * (1 - h2)
    dw2 = np.dot(h1.T, dz2)
    db2 = np.sum(dz2)
    dz1 = np.dot(dz2, w2.T) * h1 * (1 - h1)
    dw1 = np.dot(x.T, dz1)
    db1 = np.sum(dz1, axis=0, keepdims=True)
    return dw1, db1, dw2, db2
