# expect: correct
import numpy as np

EPS = 1e-300


def backward(X, Y, W1, b1, W2, b2):
    e1 = np.exp(-(X @ W1 + b1))
    p = 1 / (1 + e1 + EPS)
    e2 = np.exp(-(p @ W2 + b2))
    q = 1 / (1 + e2 + EPS)
    # d/dz of 1/(1+e) is e/(1+e)^2
    g2 = (q - Y) * e2 / ((1 + e2) ** 2 + EPS)
    g1 = (g2 @ W2.T) * e1 / ((1 + e1) ** 2 + EPS)
    return X.T @ g1, np.sum(g1, axis=0, keepdims=True), p.T @ g2, np.sum(g2, axis=0, keepdims=True)
