# expect: b1 bias-gradient-from-weight-gradient line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    l1 = sigmoid(x @ w1 + b1)
    l2 = sigmoid(l1 @ w2 + b2)
    d2 = (l2 - y) * l2 * (1 - l2)
    d1 = np.dot(d2, w2.T) * l1 * (1 - l1)
    grad_w2, grad_w1 = np.dot(l1.T, d2), np.dot(x.T, d1)
    grad_b2 = np.sum(d2, axis=0, keepdims=True)
    grad_b1 = np.sum(grad_w1, axis=0, keepdims=True)
    return grad_w1, grad_b1, grad_w2, grad_b2
