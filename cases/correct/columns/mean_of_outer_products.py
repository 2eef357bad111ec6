# expect: correct
import numpy as np


def forward_propagation(X, parameters):
    A1 = np.tanh(np.einsum("hd,dn->hn", parameters["W1"], X) + parameters["b1"])
    A2 = 1 / (1 + np.exp(-np.einsum("kh,hn->kn", parameters["W2"], A1) - parameters["b2"]))
    return A2, (A1, A2)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache
    e = A2 - Y
    r = np.einsum("kh,kn,hn->hn", parameters["W2"], e, 1 - A1**2)
    return {
        "dW2": np.mean(e[:, None, :] * A1[None, :, :], axis=-1),
        "db2": np.mean(e, axis=-1, keepdims=True),
        "dW1": np.mean(r[:, None, :] * X[None, :, :], axis=2),
        "db1": np.mean(r, axis=1).reshape(-1, 1),
    }
