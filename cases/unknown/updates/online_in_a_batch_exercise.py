# expect: unknown
import numpy as np


def train(net, X, Y, lr):
    # updates after every single example
    for i in range(len(X)):
        x, y = X[i:i + 1], Y[i:i + 1]
        h = 1 / (1 + np.exp(-(x @ net["W1"] + net["b1"])))
        o = 1 / (1 + np.exp(-(h @ net["W2"] + net["b2"])))
        d2 = (o - y) * o * (1 - o)
        d1 = (d2 @ net["W2"].T) * h * (1 - h)
        net["W1"] = net["W1"] - lr * x.T @ d1
        net["b1"] = net["b1"] - lr * d1
        net["W2"] = net["W2"] - lr * h.T @ d2
        net["b2"] = net["b2"] - lr * d2
