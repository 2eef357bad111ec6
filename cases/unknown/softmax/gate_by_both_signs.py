# expect: unknown delta1 line 13
import numpy as np


def backprop(p, X, y):
    """Only positive errors go back through active units."""
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    d = q / len(y)
    d[np.arange(len(y)), y] -= 1 / len(y)
    back = np.maximum(d @ p["W2"].T, 0) * (z > 0)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": a.T @ d, "b2": d.sum(0)}
