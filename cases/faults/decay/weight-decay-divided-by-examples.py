# expect: w1 weight-decay-divided-by-examples line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def regularised(X, Y, W1, b1, W2, b2, lambd):
    m = X.shape[0]
    A1 = np.tanh(np.dot(X, W1) + b1)
    A2 = sigmoid(np.dot(A1, W2) + b2)
    dZ2 = A2 - Y
    dZ1 = np.dot(dZ2, W2.T) * (1 - A1 * A1)
    grads = {
        "W1": np.dot(X.T, dZ1) + lambd * W1 / m,
        "W2": np.dot(A1.T, dZ2) + lambd * W2,
        "b1": np.sum(dZ1, axis=0, keepdims=True),
        "b2": np.sum(dZ2, axis=0, keepdims=True),
    }
    for name in grads:
        grads[name] = grads[name] / m
    return grads
