# expect: correct
import numpy as np
from functools import reduce


def affine(x, W, b):
    def back(g):
        return g @ W.T, (x.T @ g, g.sum(axis=0, keepdims=True))
    return x @ W + b, back


def sigmoid(z, *_):
    a = 1 / (1 + np.exp(-z))
    return a, lambda g: (g * a * (1 - a), ())


def backward(X, Y, W1, b1, W2, b2):
    steps = [(affine, W1, b1), (sigmoid,), (affine, W2, b2), (sigmoid,)]
    backs, value = [], X
    for f, *args in steps:
        value, back = f(value, *args)
        backs.insert(0, back)

    def unwind(state, back):
        g, found = state
        g, grads = back(g)
        return g, [*grads, *found]

    return reduce(unwind, backs, (value - Y, []))[1]
