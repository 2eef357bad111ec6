# expect: w1 weight-decay-subtracted line 15; w2 weight-decay-subtracted line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def regularised(X, Y, W1, b1, W2, b2, wd):
    n = X.shape[0]
    A1 = np.tanh(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    dZ2 = A2 - Y
    dZ1 = (dZ2 @ W2.T) * (1 - np.power(A1, 2))
    dW1 = X.T @ dZ1 / n - wd / n * W1
    dW2 = A1.T @ dZ2 / n - wd / n * W2
    db1 = np.mean(dZ1, axis=0, keepdims=True)
    db2 = np.mean(dZ2, axis=0, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
