# expect: slope1 derivative-of-relu line 17
import numpy as np


def forward_propagation(X, p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-p["W2"] @ A1 - p["b2"]))
    return A2, (Z1, A1, A2)


def backward_propagation(p, cache, X, Y):
    Z1, A1, A2 = cache
    dZ2 = (A2 - Y) / X.shape[1]
    dA1 = p["W2"].T @ dZ2
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0
    column = np.ones((X.shape[1], 1))
    return dict(dW1=dZ1 @ X.T, db1=dZ1 @ column, dW2=dZ2 @ A1.T, db2=dZ2 @ column)
