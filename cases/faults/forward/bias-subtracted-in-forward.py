# expect: z1 bias-subtracted-in-forward line 10
import numpy as np


def neuron(x, w, threshold):
    return 1 / (1 + np.exp(-(x @ w - threshold)))


def forward(x, w1, b1, w2, b2):
    a1 = neuron(x, w1, b1)
    a2 = neuron(a1, w2, -b2)
    return a2, {"x": x, "a1": a1, "a2": a2, "w2": w2}


def backward(kept, y):
    x, a1, a2 = kept["x"], kept["a1"], kept["a2"]
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ kept["w2"].T * a1 * (1 - a1)
    return x.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True)
