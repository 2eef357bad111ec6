# expect: correct
import numpy as np

LEAK = 0.0


def gradients(p, X, Y, lam):
    Z = X @ p["W1"] + p["b1"]
    slope = np.where(Z > 0, 1.0, LEAK)
    A = Z * slope
    D = np.subtract(A @ p["W2"] + p["b2"], Y) * 2 / len(Y)
    C = D @ p["W2"].T * slope
    return {
        "b1": np.einsum("nh->h", C), "W1": np.einsum("nd,nh->dh", X, C) + np.multiply(lam, p["W1"]),
        "b2": np.einsum("nk->k", D), "W2": np.einsum("nh,nk->hk", A, D) + np.multiply(lam, p["W2"]),
    }
