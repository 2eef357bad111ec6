# expect: grad_a1 hidden-delta-of-another-loss line 24
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    m = X.shape[1]
    grads = {}
    error = (A2 - Y) / m
    grads["dW2"] = error @ A1.T
    grads["db2"] = np.sum(error, axis=1, keepdims=True)
    # the other tutorial: error times slope, back through the weights
    delta2 = error * A2 * (1 - A2)
    delta1 = (parameters["W2"].T @ delta2) * (1 - A1 ** 2)
    grads["dW1"] = delta1 @ X.T
    grads["db1"] = np.sum(delta1, axis=1, keepdims=True)
    return grads
