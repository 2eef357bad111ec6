# expect: correct
import numpy as np


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def backward(X, y, W1, b1, W2, b2):
    l1 = nonlin(X.dot(W1) + b1)
    l2 = nonlin(l1.dot(W2) + b2)
    delta2 = (l2 - y) * nonlin(l2, True)
    delta1 = delta2.dot(W2.T) * nonlin(l1, True)
    return {"W1": X.T.dot(delta1), "b1": delta1.sum(0, keepdims=True),
            "W2": l1.T.dot(delta2), "b2": delta2.sum(0, keepdims=True)}
