# expect: w1 weight-decay-doubled line 18; w2 weight-decay-doubled line 19
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def regularised(X, Y, W1, b1, W2, b2, reg):
    n = X.shape[0]
    h = np.tanh(X.dot(W1) + b1)
    p = sigmoid(h.dot(W2) + b2)
    grads = {}
    error = (p - Y) / n
    grads["W2"], grads["b2"] = h.T.dot(error), error.sum(axis=0, keepdims=True)
    error = error.dot(W2.T) * (1 - h * h)
    grads["W1"], grads["b1"] = X.T.dot(error), error.sum(axis=0, keepdims=True)
    grads["W1"] += 2 * reg * W1 / n
    grads["W2"] += 2 * reg * W2 / n
    return grads
