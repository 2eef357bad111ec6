# expect: unknown
import numpy as np


def train(net, X, Y, lr):
    h = 1 / (1 + np.exp(-(X @ net["W1"] + net["b1"])))
    o = 1 / (1 + np.exp(-(h @ net["W2"] + net["b2"])))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ net["W2"].T) * h * (1 - h)
    net["W1"] = net["W1"] - lr * X.T @ d1
    net["b1"] = net["b1"] - lr * d1.sum(0)
    net["W2"] = net["W2"] - lr * h.T @ d2
    net["b2"] = net["b2"] - lr * d2.sum(0)
    # max-norm constraint
    for name in ("W1", "W2"):
        norm = np.linalg.norm(net[name], axis=0, keepdims=True)
        net[name] = net[name] * np.minimum(1, 1.0 / norm)
