# expect: w2 weight-gradient-without-transpose line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(np.dot(x, w1) + b1)
    a2 = sigmoid(np.dot(a1, w2) + b2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = np.dot(dz2, w2.T) * a1 * (1 - a1)
    dw2 = np.dot(a1, dz2)
    dw1 = np.dot(x.T, dz1)
    return dw1, np.sum(dz1, 0, keepdims=True), dw2, np.sum(dz2, 0, keepdims=True)
