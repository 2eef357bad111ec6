# expect: slope1 derivative-of-tanh line 15
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    A1 = sigmoid(np.matmul(X, W1) + b1)
    A2 = sigmoid(np.matmul(A1, W2) + b2)
    dZ2 = np.multiply(A2 - Y, A2 * (1 - A2))
    dW2 = np.matmul(A1.T, dZ2)
    db2 = np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = np.multiply(np.matmul(dZ2, W2.T), 1 - np.power(A1, 2))
    dW1 = np.matmul(X.T, dZ1)
    db1 = np.sum(dZ1, axis=0, keepdims=True)
    return dW1, db1, dW2, db2
