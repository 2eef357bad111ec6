# expect: correct
import numpy as np


def ridge(A, D, W, lam):
    """A'D with lam W added, as rows below the data."""
    rows = np.sqrt(lam) * np.eye(W.shape[0])
    return np.vstack([A, rows]).T @ np.vstack([D, np.sqrt(lam) * W])


def gradients(p, X, Y, lam):
    H = np.clip(X @ p["W1"] + p["b1"], 0, None)
    D2 = 2 * (H @ p["W2"] + p["b2"] - Y) / X.shape[0]
    D1 = (D2 @ p["W2"].T) * np.heaviside(H, 0)
    return {"W1": ridge(X, D1, p["W1"], lam), "b1": D1.sum(0), "W2": ridge(H, D2, p["W2"], lam), "b2": D2.sum(0)}
