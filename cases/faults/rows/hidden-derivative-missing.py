# expect: slope1 hidden-derivative-missing line 13
import numpy as np


def sigmoid(t):
    return 1.0 / (1.0 + np.exp(-t))


def backward(X, y, W1, b1, W2, b2):
    hidden = sigmoid(X @ W1 + b1)
    out = sigmoid(hidden @ W2 + b2)
    d_out = (out - y) * out * (1 - out)
    d_hidden = d_out @ W2.T
    grads = []
    for inputs, d in ((X, d_hidden), (hidden, d_out)):
        grads += [inputs.T @ d, d.sum(axis=0, keepdims=True)]
    return grads
