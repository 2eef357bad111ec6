# expect: delta2 derivative-of-incoming-gradient line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    # forward pass
    h1 = sigmoid(x.dot(w1) + b1)
    h2 = sigmoid(h1.dot(w2) + b2)

    # second layer: the gradient arriving at h2, then through the sigmoid
    dh2 = h2 - y
    dz2 = dh2 * (1 - dh2)
    dw2 = h1.T.dot(dz2)
    db2 = np.sum(dz2, axis=0, keepdims=True)

    # first layer
    dh1 = dz2.dot(w2.T)
    dz1 = dh1 * h1 * (1 - h1)
    dw1 = x.T.dot(dz1)
    db1 = np.sum(dz1, axis=0, keepdims=True)
    return dw1, db1, dw2, db2
