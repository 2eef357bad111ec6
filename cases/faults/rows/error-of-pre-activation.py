# expect: grad_a2 error-of-pre-activation line 18
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_grad(a):
    return a * (1 - a)


def backward(x, y, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ w2 + b2
    a2 = sigmoid(z2)
    da2 = z2 - y
    dz2 = da2 * sigmoid_grad(a2)
    dz1 = dz2 @ w2.T * sigmoid_grad(a1)
    return x.T @ dz1, np.einsum("nh->h", dz1)[None], a1.T @ dz2, np.einsum("nk->k", dz2)[None]
