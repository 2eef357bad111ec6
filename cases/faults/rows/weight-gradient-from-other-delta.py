# expect: w1 weight-gradient-from-other-delta line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    out1 = sigmoid(x @ w1 + b1)
    out2 = sigmoid(out1 @ w2 + b2)
    delta_2 = (out2 - y) * out2 * (1 - out2)
    delta_1 = (delta_2 @ w2.T) * out1 * (1 - out1)
    grad_w2, grad_b2 = out1.T @ delta_2, delta_2.sum(0, keepdims=True)
    grad_w1 = x.T @ delta_2
    grad_b1 = delta_1.sum(0, keepdims=True)
    return grad_w1, grad_b1, grad_w2, grad_b2
