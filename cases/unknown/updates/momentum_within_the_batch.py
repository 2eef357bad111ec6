# expect: unknown
import numpy as np


def train(net, X, Y, lr, momentum=0.9):
    velocity = {name: 0.0 for name in net}
    total = {name: 0.0 for name in net}
    for x, y in zip(X, Y):
        x, y = x[None], y[None]
        h = 1 / (1 + np.exp(-(x @ net["W1"] + net["b1"])))
        o = 1 / (1 + np.exp(-(h @ net["W2"] + net["b2"])))
        d2 = (o - y) * o * (1 - o)
        d1 = (d2 @ net["W2"].T) * h * (1 - h)
        for name, g in (("W1", x.T @ d1), ("b1", d1), ("W2", h.T @ d2), ("b2", d2)):
            velocity[name] = momentum * velocity[name] + g
            total[name] = total[name] + velocity[name]
    for name in net:
        net[name] = net[name] - lr * total[name]
