# expect: correct
import numpy as np


def sigmoid(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def backward(X, y, syn0, b0, syn1, b1):
    l1 = sigmoid(np.dot(X, syn0) + b0)
    l2 = sigmoid(np.dot(l1, syn1) + b1)
    l2_delta = (l2 - y) * sigmoid(l2, deriv=True)
    l1_delta = l2_delta.dot(syn1.T) * sigmoid(l1, deriv=True)
    return X.T.dot(l1_delta), np.sum(l1_delta, 0, keepdims=True), l1.T.dot(l2_delta), np.sum(l2_delta, 0, keepdims=True)
