# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    A = 1 / (1 + np.exp(-((X[:, :, None] * W1).sum(1) + b1)))
    B = 1 / (1 + np.exp(-((A[:, :, None] * W2).sum(1) + b2)))
    D = (B - Y) * B * (1 - B)
    C = (D[:, None, :] * W2).sum(2) * A * (1 - A)
    dW2 = (A[:, :, None] * D[:, None, :]).sum(axis=0)
    dW1 = (X[:, :, None] * C[:, None, :]).sum(axis=0)
    return dW1, C.sum(axis=0, keepdims=True), dW2, D.sum(axis=0, keepdims=True)
