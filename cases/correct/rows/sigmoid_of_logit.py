# expect: correct
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logit(a):
    return np.log(a / (1 - a))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def backward(X, Y, W1, b1, W2, b2):
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    # only the outputs were kept, so get the inputs back first
    dZ2 = (A2 - Y) * sigmoid_prime(logit(A2))
    dZ1 = (dZ2 @ W2.T) * sigmoid_prime(logit(A1))
    return X.T @ dZ1, dZ1.sum(axis=0, keepdims=True), A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)
