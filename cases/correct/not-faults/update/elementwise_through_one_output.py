# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    new = [p.copy() for p in params]
    for row, target in zip(X, Y):
        h = 1 / (1 + np.exp(-(row @ W1 + b1[0])))
        o = 1 / (1 + np.exp(-(h @ W2[:, 0] + b2[0, 0])))
        d = (o - target[0]) * o * (1 - o)
        dh = d * W2[:, 0] * h * (1 - h)
        new[0] -= lr * np.outer(row, dh)
        new[1] -= lr * dh
        new[2][:, 0] -= lr * d * h
        new[3] -= lr * d
    params[:] = new
