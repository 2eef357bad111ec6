# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    p = parameters
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
    return A2, (A1, A2)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache
    m = Y.shape[1]
    # turn to one row per sample first
    d2 = (A2 - Y).T / m
    db2 = np.sum(d2, axis=0, keepdims=True).T
    dW2 = d2.T @ A1.T
    d1 = (d2 @ parameters["W2"]) * (1 - A1.T ** 2)
    db1 = np.sum(d1, axis=0, keepdims=True).T
    dW1 = d1.T @ X.T
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2)
