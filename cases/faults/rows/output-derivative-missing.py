# expect: slope2 output-derivative-missing line 13
import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    """Gradients of half the squared error."""
    a1 = logistic(np.dot(x, w1) + b1)
    a2 = logistic(np.dot(a1, w2) + b2)
    delta2 = a2 - y
    delta1 = np.dot(delta2, w2.T) * a1 * (1 - a1)
    return (np.dot(x.T, delta1), np.sum(delta1, 0, keepdims=True),
            np.dot(a1.T, delta2), np.sum(delta2, 0, keepdims=True))
