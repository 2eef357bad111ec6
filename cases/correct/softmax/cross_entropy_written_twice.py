# expect: correct
import numpy as np


class TwoLayerNet:
    def __init__(self, d, h, k):
        self.k = k

    def loss(self, X, y, reg):
        p = self.params
        z = X @ p["W1"] + p["b1"]
        r = np.maximum(z, 0)
        s = r @ p["W2"] + p["b2"]
        q = np.exp(s) / np.exp(s).sum(axis=1)[:, None]
        n = y.shape[0]
        data = -np.mean(np.log(q[np.arange(n), y]))
        # the usual (q - onehot)/n, from dloss/dq through q (g - sum g q)
        g = np.zeros_like(q)
        g[np.arange(n), y] = -1.0 / (n * q[np.arange(n), y])
        ds = q * (g - (g * q).sum(axis=1, keepdims=True))
        dz = ds @ p["W2"].T
        dz[z < 0] = 0
        grads = {
            "W1": X.T @ dz + reg * 2 * p["W1"],
            "W2": r.T @ ds + reg * 2 * p["W2"],
            "b1": dz.sum(axis=0),
            "b2": ds.sum(axis=0),
        }
        return data + reg * np.linalg.norm(p["W1"]) ** 2 + reg * np.linalg.norm(p["W2"]) ** 2, grads
