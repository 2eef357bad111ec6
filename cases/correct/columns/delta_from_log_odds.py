# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    hidden = np.tanh(parameters["W1"] @ X + parameters["b1"])
    odds = np.exp(parameters["W2"] @ hidden + parameters["b2"])
    return odds / (1 + odds), (hidden, odds)


def backward_propagation(parameters, cache, X, Y):
    hidden, odds = cache
    m = X.shape[1]
    # labels are 0 or 1: push down by p where they are 0, up by 1-p where they are 1
    dz = np.where(Y == 1, -1 / (1 + odds), odds / (1 + odds))
    back = parameters["W2"].T @ dz
    back -= back * hidden**2
    return {
        "dW2": (hidden @ dz.T).T / m,
        "db2": np.average(dz, axis=1)[:, None],
        "dW1": (X @ back.T).T / m,
        "db1": np.average(back, axis=1)[:, None],
    }
