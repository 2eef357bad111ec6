# expect: correct
import numpy as np

EPS = 1e-15


def loss(P, Y):
    return -np.sum(Y * np.log(P + EPS) + (1 - Y) * np.log(1 - P + EPS)) / len(Y)


def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    P = 1 / (1 + np.exp(-(H @ W2 + b2)))
    dP = ((1 - Y) / (1 - P + EPS) - Y / (P + EPS)) / len(Y)
    dZ2 = dP * P * (1 - P)
    dZ1 = dZ2 @ W2.T * H * (1 - H)
    return {"W1": X.T @ dZ1, "b1": dZ1.sum(0, keepdims=True), "W2": H.T @ dZ2, "b2": dZ2.sum(0, keepdims=True)}
