# expect: unknown
import numpy as np


def train(net, X, Y, lr):
    """Gauss-Newton, more or less: divided by the diagonal of the curvature."""
    h = 1 / (1 + np.exp(-(X @ net["W1"] + net["b1"])))
    o = 1 / (1 + np.exp(-(h @ net["W2"] + net["b2"])))
    s2, s1 = o * (1 - o), h * (1 - h)
    d2 = (o - Y) * s2
    d1 = (d2 @ net["W2"].T) * s1
    c2 = s2**2
    c1 = (c2 @ (net["W2"] ** 2).T) * s1**2
    net["W1"] = net["W1"] - lr * (X.T @ d1) / ((X**2).T @ c1 + 1)
    net["b1"] = net["b1"] - lr * d1.sum(0) / (c1.sum(0) + 1)
    net["W2"] = net["W2"] - lr * (h.T @ d2) / ((h**2).T @ c2 + 1)
    net["b2"] = net["b2"] - lr * d2.sum(0) / (c2.sum(0) + 1)
