# expect: grad_a1 first-layer-weights-propagated line 13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, W1, b1, W2, b2):
    A1 = sigmoid(x.dot(W1) + b1)
    A2 = sigmoid(A1.dot(W2) + b2)
    D2 = (A2 - y) * A2 * (1 - A2)
    D1 = D2.dot(W1.T) * A1 * (1 - A1)
    return x.T.dot(D1), D1.sum(axis=0, keepdims=True), A1.T.dot(D2), D2.sum(axis=0, keepdims=True)
