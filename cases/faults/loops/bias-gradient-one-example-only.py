# expect: b1 bias-gradient-one-example-only line 21
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(X, Y, W1, b1, W2, b2):
    X, Y, W1, W2 = np.array(X), np.array(Y), np.array(W1), np.array(W2)
    gW1, gb1 = np.zeros_like(W1), np.zeros(len(b1))
    gW2, gb2 = np.zeros_like(W2), np.zeros(len(b2))
    for x, y in zip(X, Y):
        h = sigmoid(x @ W1 + b1)
        o = sigmoid(h @ W2 + b2)
        delta2 = (o - y) * o * (1 - o)
        delta1 = (W2 @ delta2) * h * (1 - h)
        gW2 += np.outer(h, delta2)
        gb2 += delta2
        gW1 += np.outer(x, delta1)
        gb1 = delta1
    return gW1, gb1, gW2, gb2
