# expect: correct
import numpy as np


def sigma(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    z2 = sigma(z1) @ W2 + b2
    # 1 - sigma(z) is sigma(-z)
    delta2 = (sigma(z2) - Y) * sigma(z2) * sigma(-z2)
    delta1 = (delta2 @ W2.T) * sigma(z1) * sigma(-z1)
    dW2, db2 = sigma(z1).T @ delta2, delta2.sum(axis=0, keepdims=True)
    dW1, db1 = X.T @ delta1, delta1.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2
