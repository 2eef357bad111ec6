# expect: w2 weight-gradient-before-derivative line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    error = a2 - y
    delta2 = error * a2 * (1 - a2)
    delta1 = (delta2 @ w2.T) * a1 * (1 - a1)
    dw2 = a1.T @ error
    dw1 = x.T @ delta1
    return dw1, delta1.sum(0, keepdims=True), dw2, delta2.sum(0, keepdims=True)
