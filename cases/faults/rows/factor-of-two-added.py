# expect: delta2 factor-of-two-added line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    # d(e^2) = 2 e
    d_weights2_part = 2 * (a2 - y) * a2 * (1 - a2)
    d_weights1_part = np.dot(d_weights2_part, w2.T) * a1 * (1 - a1)
    return (np.dot(x.T, d_weights1_part), d_weights1_part.sum(axis=0, keepdims=True),
            np.dot(a1.T, d_weights2_part), d_weights2_part.sum(axis=0, keepdims=True))
