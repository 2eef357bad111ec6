# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    order = np.random.RandomState(0).permutation(len(X))
    X, Y = X[order], Y[order]
    dW1, dW2 = np.zeros_like(W1), np.zeros_like(W2)
    db1, db2 = np.zeros_like(b1), np.zeros_like(b2)
    for start in range(0, len(X), 2):  # mini-batches of two, gradients accumulated
        x, y = X[start:start + 2], Y[start:start + 2]
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d = (o - y) * o * (1 - o)
        dW2 += h.T @ d
        db2 += d.sum(0)
        d = (d @ W2.T) * h * (1 - h)
        dW1 += x.T @ d
        db1 += d.sum(0)
    return dW1, db1, dW2, db2
