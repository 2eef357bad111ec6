# expect: correct
import numpy as np

m = 60000
alpha = 0.1


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def forward_prop(W1, b1, W2, b2, X):
    A1 = sigmoid(W1.dot(X) + b1)
    return A1, sigmoid(W2.dot(A1) + b2)


def back_prop(A1, A2, W2, X, Y):
    dZ2 = A2 - Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (A1 * (1 - A1))
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2
