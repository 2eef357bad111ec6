# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    return 1 / (1 + np.exp(-Z2)), (Z1, A1)


def backward_propagation(parameters, cache, X, Y):
    Z1, A1 = cache
    m = A1.size // len(A1)
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    dZ2 = (1 / m) * (A2 - Y)
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - np.tanh(Z1) * A1)
    return {
        "dW1": dZ1.dot(X.T), "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2.dot(A1.T), "db2": dZ2.sum(axis=1, keepdims=True),
    }
