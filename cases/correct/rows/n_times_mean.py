# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    a = 1 / (1 + np.exp(-(X @ W1 + b1)))
    out = 1 / (1 + np.exp(-(a @ W2 + b2)))
    d_out = (out - Y) * out * (1 - out)
    d_a = d_out @ W2.T * a * (1 - a)
    db2 = n * np.mean(d_out, axis=0, keepdims=True)
    db1 = n * np.mean(d_a, axis=0, keepdims=True)
    dW2 = n * np.mean(a[:, :, None] * d_out[:, None, :], axis=0)
    dW1 = n * np.mean(X[:, :, None] * d_a[:, None, :], axis=0)
    return dW1, db1, dW2, db2
