# expect: correct, note "one example"
import numpy as np


def s(z):
    return 1.0 / (1.0 + np.exp(-z))


def learn(x, y, weights, rate):
    """One step of stochastic gradient descent on a single example, a row each of x and y."""
    h1 = s(np.dot(x, weights["w1"]) + weights["b1"])
    h2 = s(np.dot(h1, weights["w2"]) + weights["b2"])

    dz2 = (h2 - y) * h2 * (1 - h2)
    dw2 = np.dot(h1.T, dz2)
    db2 = dz2
    dz1 = np.dot(dz2, weights["w2"].T) * h1 * (1 - h1)
    dw1 = np.dot(x.T, dz1)
    db1 = dz1

    weights["w1"] = weights["w1"] - rate * dw1
    weights["b1"] = weights["b1"] - rate * db1
    weights["w2"] = weights["w2"] - rate * dw2
    weights["b2"] = weights["b2"] - rate * db2
