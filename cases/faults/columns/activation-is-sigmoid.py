# expect: a1 activation-is-sigmoid line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    A = [X]
    for layer in ("1", "2"):
        Z = np.dot(parameters["W" + layer], A[-1]) + parameters["b" + layer]
        A.append(sigmoid(Z))
    return A[2], A


def backward_propagation(parameters, A, X, Y):
    m = X.shape[1]
    dZ2 = A[2] - Y
    dZ1 = np.dot(parameters["W2"].T, dZ2) * A[1] * (1 - A[1])
    return {
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A[1].T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }
