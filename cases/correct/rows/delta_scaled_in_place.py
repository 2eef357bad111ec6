# expect: correct
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    dz2 = a2 - Y
    dz2 *= a2
    a2 -= 1          # a2 is not needed any more, reuse its memory
    dz2 *= -a2
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0, keepdims=True)
    dz1 = dz2 @ W2.T
    dz2 *= 0
    dz1 *= a1 * (1 - a1)
    return X.T @ dz1, dz1.sum(axis=0, keepdims=True), dW2, db2
