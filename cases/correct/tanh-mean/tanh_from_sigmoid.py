# expect: correct
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backprop(p, X, Y):
    # tanh(z) = 2 sigmoid(2z) - 1, so its slope is 4 s (1 - s)
    s = sigmoid(2 * (X @ p["W1"] + p["b1"]))
    h = 2 * s - 1
    d2 = (h @ p["W2"] + p["b2"] - Y) * (2 / Y.size)
    d1 = d2 @ p["W2"].T * 4 * s * (1 - s)
    return {"b2": d2.sum(axis=0), "W2": h.T @ d2, "b1": d1.sum(axis=0), "W1": X.T @ d1}
