# expect: w2 weight-decay-not-divided-by-examples line 14; w1 weight-decay-not-divided-by-examples line 17
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def regularised(X, Y, W1, b1, W2, b2, lambd):
    m = X.shape[0]
    A1 = np.tanh(np.dot(X, W1) + b1)
    A2 = sigmoid(np.dot(A1, W2) + b2)
    dZ2 = A2 - Y
    dW2 = np.dot(A1.T, dZ2) / m + lambd * W2
    db2 = np.sum(dZ2, axis=0, keepdims=True) / m
    dZ1 = np.dot(dZ2, W2.T) * (1 - A1 * A1)
    dW1 = np.dot(X.T, dZ1) / m + lambd * W1
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
