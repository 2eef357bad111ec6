# expect: correct, note "one example"
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backprop(x, y, W1, b1, W2, b2):
    h = sigmoid(np.dot(W1, x) + b1)
    o = sigmoid(np.dot(W2, h) + b2)
    d2 = (o - y) * o * (1 - o)
    d1 = np.dot(W2.T, d2) * h * (1 - h)
    return {"b2": d2, "W2": np.outer(d2, h), "b1": d1, "W1": np.outer(d1, x)}
