# expect: z2 bias-of-other-layer line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = sigmoid(np.dot(W2, A1) + b1)
    return A2, (A1, A2)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache
    m = X.shape[1]
    dZ2 = (A2 - Y) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    return {
        "dW1": np.dot(dZ1, X.T), "db1": np.sum(dZ1, axis=1, keepdims=True),
        "dW2": np.dot(dZ2, A1.T), "db2": np.sum(dZ2, axis=1, keepdims=True),
    }
