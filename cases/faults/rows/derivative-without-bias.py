# expect: slope1 derivative-without-bias line 17
import numpy as np


def s(z):
    return 1 / (1 + np.exp(-z))


def s_prime(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def backward(x, y, w1, b1, w2, b2):
    h = s(x.dot(w1) + b1)
    z = h.dot(w2) + b2
    d2 = (s(z) - y) * s_prime(z)
    d1 = d2.dot(w2.T) * s_prime(x.dot(w1))
    return x.T.dot(d1), d1.sum(axis=0).reshape(b1.shape), h.T.dot(d2), d2.sum(axis=0).reshape(b2.shape)
