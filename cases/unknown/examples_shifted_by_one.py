# expect: unknown w1 line 12
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
    dW1 = np.zeros_like(W1)
    for i in range(len(X)):
        dW1 += np.outer(X[i - 1], dZ1[i])
    return dW1, dZ1.sum(0, keepdims=True), A1.T @ dZ2, dZ2.sum(0, keepdims=True)
