# expect: w2 pre-activation-in-weight-gradient line 22
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    z2 = sigmoid(z1) @ w2 + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


def backward(x, y, w1, b1, w2, b2):
    z1, a1, z2, a2 = forward(x, w1, b1, w2, b2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (d2 @ w2.T) * a1 * (1 - a1)
    return (
        x.T @ d1,
        d1.sum(0, keepdims=True),
        z1.T @ d2,
        d2.sum(0, keepdims=True),
    )
