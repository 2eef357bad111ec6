# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    return 1 / (1 + np.exp(-Z2)), (A1, Z2)


def backward_propagation(parameters, cache, X, Y):
    """Cross-entropy as log(1 + exp(-s z)) with s = +1 or -1."""
    A1, Z2 = cache
    s = 2 * Y - 1
    dZ2 = -s / (1 + np.exp(s * Z2)) / Y.shape[1]
    dZ1 = (parameters["W2"].T @ dZ2) * (1 - A1**2)
    sums = lambda M: M.sum(-1).reshape(-1, 1)
    return {"dW1": dZ1 @ X.T, "db1": sums(dZ1), "dW2": dZ2 @ A1.T, "db2": sums(dZ2)}
