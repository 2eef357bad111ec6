# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    Z2 = parameters["W2"] @ np.tanh(Z1) + parameters["b2"]
    return 0.5 + 0.5 * np.tanh(0.5 * Z2), (Z1, Z2)


def backward_propagation(parameters, cache, X, Y):
    Z1, Z2 = cache
    weight = 1.0 / X.shape[-1]
    dZ2 = (0.5 + 0.5 * np.tanh(0.5 * Z2) - Y) * weight
    dZ1 = parameters["W2"].T @ dZ2 / np.cosh(Z1) ** 2
    ones = np.ones((X.shape[-1], 1))
    return {"dW1": dZ1 @ X.T, "db1": dZ1 @ ones, "dW2": dZ2 @ np.tanh(Z1).T, "db2": dZ2 @ ones}
