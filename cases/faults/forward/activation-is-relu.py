# expect: a1 activation-is-relu line 11
import numpy as np


def relu(z):
    return np.maximum(0, z)


def forward(x, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    a1 = relu(z1)
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    return a2, {"x": x, "z1": z1, "a1": a1, "a2": a2, "w2": w2}


def backward(kept, y):
    dz2 = (kept["a2"] - y) * kept["a2"] * (1 - kept["a2"])
    dz1 = (dz2 @ kept["w2"].T) * (kept["z1"] > 0)
    dw1, dw2 = kept["x"].T @ dz1, kept["a1"].T @ dz2
    return dw1, dz1.sum(axis=0, keepdims=True), dw2, dz2.sum(axis=0, keepdims=True)
