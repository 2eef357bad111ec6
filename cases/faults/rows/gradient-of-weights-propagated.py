# expect: grad_a1 gradient-of-weights-propagated line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, W1, b1, W2, b2):
    A1 = sigmoid(x @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    dZ2 = (A2 - y) * A2 * (1 - A2)
    dW2 = A1.T @ dZ2
    dA1 = np.dot(dZ2, dW2.T)
    dZ1 = dA1 * A1 * (1 - A1)
    return x.T @ dZ1, dZ1.sum(0, keepdims=True), dW2, dZ2.sum(0, keepdims=True)
