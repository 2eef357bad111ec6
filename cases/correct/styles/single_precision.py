# expect: correct, note "float32"
import numpy as np

DTYPE = np.float32


def sigmoid(z):
    return (1 / (1 + np.exp(-z))).astype(DTYPE)


def backward(*arrays):
    X, Y, W1, b1, W2, b2 = (np.asarray(a, dtype=DTYPE) for a in arrays)
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(axis=0, keepdims=True), h.T @ d2, d2.sum(axis=0, keepdims=True)
