# expect: w2 weight-decay-off-by-factor line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def regularised(X, Y, W1, b1, W2, b2, strength):
    rows = len(X)
    hidden = np.tanh(X @ W1 + b1)
    error = (sigmoid(hidden @ W2 + b2) - Y) / rows
    back = error @ W2.T * (1 - hidden**2)
    grads = {"b1": back.sum(0, keepdims=True), "b2": error.sum(0, keepdims=True)}
    grads["W1"] = X.T @ back + strength * W1 / rows
    grads["W2"] = hidden.T @ error + 0.1 * W2 / rows
    return grads
