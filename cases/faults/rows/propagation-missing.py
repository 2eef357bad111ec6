# expect: grad_a1 propagation-missing line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    delta_output = (a2 - y) * a2 * (1 - a2)
    error_hidden = delta_output.sum(axis=1, keepdims=True)
    delta_hidden = error_hidden * a1 * (1 - a1)
    return (x.T @ delta_hidden, delta_hidden.sum(0, keepdims=True),
            a1.T @ delta_output, delta_output.sum(0, keepdims=True))
