# expect: unknown delta1 line 12
import numpy as np


def backprop(p, X, y):
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    q = np.exp(s - s.max(1, keepdims=True))
    q /= q.sum(1, keepdims=True)
    d = (q - np.eye(q.shape[1])[y]) / len(y)
    back = (d @ p["W2"].T) * np.where(z > 0, 1.0, 0.1)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": a.T @ d, "b2": d.sum(0)}
