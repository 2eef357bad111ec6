# expect: correct
import numpy as np


def backprop(p, X, Y):
    k = Y.shape[1]
    H = np.tanh(X @ p["W1"] + p["b1"])
    R = 2 * (H @ p["W2"] + p["b2"] - Y) / k
    T = (R @ p["W2"].T) * (1 - H) * (1 + H)
    return dict(W1=X.T @ T / len(X), b1=np.mean(T, axis=0), W2=H.T @ R / len(X), b2=np.mean(R, axis=0))
