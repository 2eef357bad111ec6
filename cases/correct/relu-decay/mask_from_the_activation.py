# expect: correct
import numpy as np


def gradients(p, X, Y, lam):
    A1 = np.maximum(X @ p["W1"] + p["b1"], 0)
    d = 2 / len(X) * (A1 @ p["W2"] + p["b2"] - Y)
    g = {"W2": A1.T @ d + lam * p["W2"], "b2": d.sum(0)}
    d = (d @ p["W2"].T) * (A1 > 0)   # the activation is positive exactly where z is
    g["W1"], g["b1"] = X.T @ d + lam * p["W1"], d.sum(0)
    return g
