# expect: unknown delta2 line 9
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    delta2 = (o - Y) * o * (1 - o)
    delta2 = np.clip(delta2, -0.03, 0.03)
    delta1 = delta2 @ W2.T * h * (1 - h)
    return X.T @ delta1, delta1.sum(0, keepdims=True), h.T @ delta2, delta2.sum(0, keepdims=True)
