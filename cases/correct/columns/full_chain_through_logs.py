# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"].dot(X) + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"].dot(A1) + parameters["b2"])))
    return A2, {"A1": A1, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    # d/dA of -(Y log A + (1-Y) log(1-A)), and only then the sigmoid
    dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (1 + A1) * (1 - A1)
    return {
        "dW2": np.dot(dZ2, A1.T) / m, "db2": np.mean(dZ2, axis=1, keepdims=True),
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.mean(dZ1, axis=1, keepdims=True),
    }
