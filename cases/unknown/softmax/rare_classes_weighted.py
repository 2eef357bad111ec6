# expect: unknown delta2
import numpy as np


def backprop(p, X, y):
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    k = q.shape[1]
    counts = np.bincount(y, minlength=k) + 1
    weight = (1 / counts)[y]
    d = (q - np.eye(k)[y]) * weight[:, None] / weight.sum()
    back = (d @ p["W2"].T) * (z > 0)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": a.T @ d, "b2": d.sum(0)}
