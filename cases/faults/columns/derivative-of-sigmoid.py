# expect: slope1 derivative-of-sigmoid line 21
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    cache = {}
    cache["A1"] = np.tanh(parameters["W1"].dot(X) + parameters["b1"])
    cache["A2"] = sigmoid(parameters["W2"].dot(cache["A1"]) + parameters["b2"])
    return cache["A2"], cache


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    grads = {}
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T.dot(dZ2) * A1 * (1 - A1)
    for layer, dZ, A in ((1, dZ1, X), (2, dZ2, A1)):
        grads[f"dW{layer}"] = dZ.dot(A.T) / m
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True) / m
    return grads
