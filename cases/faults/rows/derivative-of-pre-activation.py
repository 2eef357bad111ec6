# expect: slope1 derivative-of-pre-activation line 19
import numpy as np


def sig(x):
    return 1 / (1 + np.exp(-x))


def dsig(x):
    return x * (1 - x)


def backward(X, Y, W1, b1, W2, b2):
    Z1 = X.dot(W1) + b1
    A1 = sig(Z1)
    A2 = sig(A1.dot(W2) + b2)
    dZ2 = (A2 - Y) * dsig(A2)
    dA1 = dZ2.dot(W2.T)
    dZ1 = dA1 * dsig(Z1)
    return X.T.dot(dZ1), dZ1.sum(axis=0, keepdims=True), A1.T.dot(dZ2), dZ2.sum(axis=0, keepdims=True)
