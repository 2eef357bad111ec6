# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    m = X.shape[0]
    A1 = 1 / (1 + np.exp(-(X.dot(W1) + b1)))
    A2 = 1 / (1 + np.exp(-(A1.dot(W2) + b2)))
    dZ2 = 1. / m * (A2 - Y) * A2 * (1 - A2)
    dW2 = m * np.dot(A1.T, dZ2)
    db2 = m * np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = np.dot(dZ2, m * W2.T) * A1 * (1 - A1)
    dW1 = np.dot(X.T, dZ1)
    db1 = np.sum(dZ1, axis=0, keepdims=True)
    return dW1, db1, dW2, db2
