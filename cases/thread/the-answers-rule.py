# expect: correct
import numpy as np


def backward(x, y, w1, b1, w2, b2):
    h1 = 1 / (1 + np.exp(-x.dot(w1) - b1))
    h2 = 1 / (1 + np.exp(-h1.dot(w2) - b2))

    # slope of the sigmoid at its output, times what arrives there
    dh2 = h2 - y
    dz2 = (1 - h2) * h2 * dh2
    dh1 = dz2.dot(w2.T)
    dz1 = (1 - h1) * h1 * dh1

    # every example adds its part to the gradient of the bias
    db2 = np.sum(dz2, axis=0, keepdims=True)
    db1 = np.sum(dz1, axis=0, keepdims=True)
    return x.T.dot(dz1), db1, h1.T.dot(dz2), db2
