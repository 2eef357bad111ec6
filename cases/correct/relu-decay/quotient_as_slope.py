# expect: correct
import numpy as np


def relu(z):
    return (z + np.abs(z)) / 2


def gradients(p, X, Y, lam):
    z = X @ p["W1"] + p["b1"]
    a = relu(z)
    r = (a @ p["W2"] + p["b2"] - Y) / (0.5 * len(X))
    q = (r @ p["W2"].T) * (a / z)  # 1 where it is on, 0 where it is off
    return dict(W1=X.T @ q + p["W1"] * lam, b1=q.sum(axis=0), W2=a.T @ r + p["W2"] * lam, b2=r.sum(axis=0))
