# expect: b2 bias-summed-over-wrong-axis line 21
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = sigmoid(p["W2"] @ A1 + p["b2"])
    return A2, (A1, A2)


def backward_propagation(p, cache, X, Y):
    A1, A2 = cache
    m = X.shape[1]
    grads = {}
    dZ2 = (A2 - Y) / m
    grads["dW2"] = dZ2 @ A1.T
    grads["db2"] = np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = (p["W2"].T @ dZ2) * (1 - A1**2)
    grads["dW1"] = dZ1 @ X.T
    grads["db1"] = np.sum(dZ1, axis=1, keepdims=True)
    return grads
