# expect: grad_a2 cross-entropy-half-missing line 15
import numpy as np


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = (parameters[k] for k in ("W1", "b1", "W2", "b2"))
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return A2, {"A1": A1, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    m = X.shape[1]
    dA2 = -Y / A2 / m
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * (1 - A1 * A1)
    sums = {"db1": dZ1.sum(1, keepdims=True), "db2": dZ2.sum(1, keepdims=True)}
    return {"dW1": dZ1 @ X.T, "dW2": dZ2 @ A1.T, **sums}
