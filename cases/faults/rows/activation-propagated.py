# expect: grad_a1 activation-propagated line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    final = sigmoid(hidden @ w2 + b2)
    final_delta = (final - y) * final * (1 - final)
    hidden_error = final @ w2.T
    hidden_delta = hidden_error * hidden * (1 - hidden)
    return (x.T @ hidden_delta, hidden_delta.sum(0, keepdims=True),
            hidden.T @ final_delta, final_delta.sum(0, keepdims=True))
