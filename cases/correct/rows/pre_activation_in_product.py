# expect: correct
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    A2 = sigmoid(Z2)
    dZ2 = (A2 - Y) * A2 * A2 * np.exp(-Z2)
    dZ1 = (dZ2 @ W2.T) * A1 * A1 * np.exp(-Z1)
    return X.T @ dZ1, dZ1.sum(0, keepdims=True), A1.T @ dZ2, dZ2.sum(0, keepdims=True)
