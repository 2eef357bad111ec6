# expect: correct, note "float32"
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    # activations are kept in single precision to save memory
    h = (1 / (1 + np.exp(-(X @ W1 + b1)))).astype("float32")
    o = (1 / (1 + np.exp(-(h @ W2 + b2)))).astype("float32")
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ W2.T) * h * (1 - h)
    return X.T @ d1, d1.sum(axis=0, keepdims=True), h.T @ d2, d2.sum(axis=0, keepdims=True)
