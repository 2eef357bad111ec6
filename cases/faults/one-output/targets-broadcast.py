# expect: grad_a2 targets-broadcast line 12; grad_a1 weights-multiplied-elementwise line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def grads(x, y, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    error = a2 - y
    dz2 = error * a2 * (1 - a2)
    dz1 = (dz2 @ np.repeat(w2.T, len(y), axis=0)) * a1 * (1 - a1)
    return {
        "w1": x.T @ dz1, "b1": dz1.sum(axis=0, keepdims=True),
        "w2": a1.T @ dz2, "b2": dz2.sum(axis=0, keepdims=True),
    }
