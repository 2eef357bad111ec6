# expect: delta2 one-hot-row-filled line 14
import numpy as np


def compute_gradients(p, X, labels):
    n, k = len(X), len(p["b2"])
    z1 = X @ p["W1"] + p["b1"]
    a1 = z1 * (z1 > 0)
    scores = a1 @ p["W2"] + p["b2"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    a2 = e / e.sum(axis=1, keepdims=True)
    onehot = np.zeros((n, k))
    onehot[:, labels] = 1
    dz2 = (a2 - onehot) / n
    dz1 = (dz2 @ p["W2"].T) * (z1 > 0)
    return {"W1": X.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
