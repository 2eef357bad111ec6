# expect: correct
import numpy as np


def gradients(params, X, Y, lam):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    m = X.shape[0]
    Z1 = np.dot(X, W1) + b1
    A1 = Z1.copy()
    A1[A1 < 0] = 0
    dZ2 = np.dot(A1, W2) + b2 - Y
    dZ1 = np.dot(dZ2, W2.T)
    dZ1[Z1 <= 0] = 0
    return {
        "W2": (2 * np.dot(A1.T, dZ2) + lam * m * W2) / m,
        "b2": 2 * np.mean(dZ2, axis=0),
        "W1": (2 * np.dot(X.T, dZ1) + lam * m * W1) / m,
        "b1": 2 * np.mean(dZ1, axis=0),
    }
