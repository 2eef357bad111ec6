# expect: unknown delta1
import numpy as np


def backward(X, Y, W1, b1, W2, b2, keep=0.6):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    # D1 = (np.random.RandomState(3).rand(*A1.shape) < keep); A1 = A1 * D1 / keep
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))

    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dA1 = dZ2 @ W2.T
    D1 = np.random.RandomState(3).rand(*A1.shape) < keep
    dA1 = dA1 * D1 / keep
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2
