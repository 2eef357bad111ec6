# expect: a1 activation-applied-twice line 14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def dense(x, w, b):
    return sigmoid(x @ w + b)


def forward(x, w1, b1, w2, b2):
    layer1 = sigmoid(dense(x, w1, b1))
    layer2 = dense(layer1, w2, b2)
    return layer2, (x, layer1, layer2, w2)


def backward(kept, y):
    x, layer1, layer2, w2 = kept
    error2 = (layer2 - y) * layer2 * (1 - layer2)
    error1 = (error2 @ w2.T) * layer1 * (1 - layer1)
    return x.T @ error1, error1.sum(0, keepdims=True), layer1.T @ error2, error2.sum(0, keepdims=True)
