# expect: unknown delta2
import numpy as np


def backprop(p, X, y):
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    n, k = q.shape
    q[np.arange(n), (y + 1) % k] -= 1  # labels start at 1
    d = q / n
    back = (d @ p["W2"].T) * (z > 0)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": a.T @ d, "b2": d.sum(0)}
