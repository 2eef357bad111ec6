# expect: unknown delta1 line 10
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    delta_o = (o - Y) * o * (1 - o)
    # shift because unit 0 is the bias unit
    delta_h = np.roll((delta_o @ W2.T) * h * (1 - h), 1, axis=1)
    return X.T @ delta_h, delta_h.sum(0, keepdims=True), h.T @ delta_o, delta_o.sum(0, keepdims=True)
