# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    u = X @ W1 + b1
    t = (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u))
    o = 1 / (1 + np.exp(-(t @ W2 + b2)))
    e = (o - Y) * o * (1 - o)
    # derivative of tanh at u, as 4 / (e^u + e^-u)^2
    f = (e @ W2.T) * 4 / (np.exp(u) + np.exp(-u)) ** 2
    for i, g in enumerate((X.T @ f, f.sum(0, keepdims=True), t.T @ e, e.sum(0, keepdims=True))):
        params[i] = params[i] - lr * g
