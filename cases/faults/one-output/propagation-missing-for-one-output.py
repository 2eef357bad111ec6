# expect: grad_a1 propagation-missing line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def grads(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    error = a2 - y[:, None]
    delta = error * a2 * (1 - a2)
    hidden_delta = error * a1 * (1 - a1)
    g = {}
    for layer, inputs, d in (("1", x, hidden_delta), ("2", a1, delta)):
        g["w" + layer] = inputs.T @ d
        g["b" + layer] = d.sum(axis=0, keepdims=True)
    return g
