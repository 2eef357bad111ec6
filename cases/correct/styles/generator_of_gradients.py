# expect: correct
import numpy as np


def going_back(layers, delta):
    """Yields (dW, db) from the last layer to the first."""
    while layers:
        W, inputs, outputs = layers.pop()
        delta = delta * outputs * (1 - outputs)
        yield inputs.T @ delta, delta.sum(axis=0, keepdims=True)
        delta = delta @ W.T


def backward(X, Y, *params):
    layers, a = [], X
    for W, b in zip(params[::2], params[1::2]):
        layers.append((W, a, 1 / (1 + np.exp(-(a @ W + b)))))
        a = layers[-1][2]
    (gW2, gb2), (gW1, gb1) = going_back(layers, a - Y)
    return gW1, gb1, gW2, gb2
