# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ A1 - parameters["b2"]))
    return A2, (A1, A2)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache
    grads = {"d" + name: np.zeros(p.shape) for name, p in parameters.items()}
    m = X.shape[1]
    for i in range(m):
        x, a1, a2, y = X[:, [i]], A1[:, [i]], A2[:, [i]], Y[:, [i]]
        dz2 = a2 - y
        dz1 = np.multiply(np.matmul(parameters["W2"].T, dz2), 1 - a1 * a1)
        grads["dW2"] += dz2 @ a1.T
        grads["db2"] += dz2
        grads["dW1"] += dz1 @ x.T
        grads["db1"] += dz1
    for name in grads:
        grads[name] /= m
    return grads
