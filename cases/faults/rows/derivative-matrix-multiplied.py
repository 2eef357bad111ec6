# expect: delta1 derivative-matrix-multiplied line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    A1 = sigmoid(np.dot(X, W1) + b1)
    A2 = sigmoid(np.dot(A1, W2) + b2)
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dA1 = np.dot(dZ2, W2.T)
    slope = A1 * (1 - A1)
    dZ1 = np.dot(dA1, slope)
    dW2 = np.dot(A1.T, dZ2)
    dW1 = np.dot(X.T, dZ1)
    return dW1, np.sum(dZ1, axis=0, keepdims=True), dW2, np.sum(dZ2, axis=0, keepdims=True)
