# expect: slope2 derivative-times-pre-activation line 17
import numpy as np


def g(z):
    return 1 / (1 + np.exp(-z))


def g_prime(z):
    return g(z) * (1 - g(z))


def backward(x, y, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    z2 = g(z1) @ w2 + b2
    # delta = (a - y) * g'(z), layer by layer
    delta2 = (g(z2) - y) * g_prime(z2) * z2
    delta1 = delta2 @ w2.T * g_prime(z1)
    return x.T @ delta1, delta1.sum(0, keepdims=True), g(z1).T @ delta2, delta2.sum(0, keepdims=True)
