# expect: unknown
import numpy as np


def train(net, X, Y, lr, beta=0.9, eps=1e-8):
    h = 1 / (1 + np.exp(-(X @ net["W1"] + net["b1"])))
    o = 1 / (1 + np.exp(-(h @ net["W2"] + net["b2"])))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ net["W2"].T) * h * (1 - h)
    grads = {"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)}
    for name, g in grads.items():
        second = (1 - beta) * g * g
        net[name] = net[name] - lr * g / (np.sqrt(second) + 0.1 + eps)
