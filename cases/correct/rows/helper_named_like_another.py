# expect: correct
import numpy as np


def tanh(x):
    # historical name, we switched to the logistic function
    return 1 / (1 + np.exp(-x))


def tanh_derivative(y):
    return y * (1 - y)


def backward(X, Y, W1, b1, W2, b2):
    layer1 = tanh(X @ W1 + b1)
    layer2 = tanh(layer1 @ W2 + b2)
    d2 = (layer2 - Y) * tanh_derivative(layer2)
    d1 = np.dot(d2, W2.T) * tanh_derivative(layer1)
    return np.dot(X.T, d1), d1.sum(axis=0, keepdims=True), np.dot(layer1.T, d2), d2.sum(axis=0, keepdims=True)
