# expect: grad_a2 loss-in-place-of-its-derivative line 12
import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    hidden = squash(x @ w1 + b1)
    output = squash(hidden @ w2 + b2)
    loss = (output - y) ** 2
    d_output = loss * output * (1 - output)
    d_hidden = (d_output @ w2.T) * hidden * (1 - hidden)
    return x.T @ d_hidden, d_hidden.sum(0, keepdims=True), hidden.T @ d_output, d_output.sum(0, keepdims=True)
