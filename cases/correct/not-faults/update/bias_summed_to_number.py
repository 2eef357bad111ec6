# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    y_hat = 1 / (1 + np.exp(-(h @ W2 + b2)))
    m = X.shape[0]
    dz2 = (y_hat - Y) * y_hat * (1 - y_hat)
    dz1 = dz2 @ W2.T * h * (1 - h)
    params[3] = b2 - lr * np.mean(dz2) * m
    params[2] = W2 - lr * h.T @ dz2
    params[1] = b1 - lr * dz1.sum(axis=0, keepdims=True)
    params[0] = W1 - lr * X.T @ dz1
