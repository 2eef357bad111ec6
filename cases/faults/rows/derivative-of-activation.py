# expect: slope1 derivative-of-activation line 17
import numpy as np


def sigmoid(v, derivative=False):
    s = 1 / (1 + np.exp(-v))
    return s * (1 - s) if derivative else s


def backward(inputs, targets, W1, b1, W2, b2):
    z_hidden = inputs @ W1 + b1
    hidden = sigmoid(z_hidden)
    z_out = hidden @ W2 + b2
    error = sigmoid(z_out) - targets
    out_delta = error * sigmoid(z_out, derivative=True)
    hidden_error = out_delta @ W2.T
    hidden_delta = hidden_error * sigmoid(hidden, derivative=True)
    ones = np.ones((1, len(inputs)))
    return inputs.T @ hidden_delta, ones @ hidden_delta, hidden.T @ out_delta, ones @ out_delta
