# expect: unknown
import numpy as np


def backprop(p, X, y, T=2.0):
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = (a @ p["W2"] + p["b2"]) / T
    q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    d = q.copy()
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    back = (d @ p["W2"].T) * (z > 0)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": a.T @ d, "b2": d.sum(0)}
