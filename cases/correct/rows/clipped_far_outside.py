# expect: correct
import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)  # np.exp overflows past 709
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    d2 = np.clip((a2 - Y) * a2 * (1 - a2), -1e3, 1e3)
    d1 = np.clip((d2 @ W2.T) * a1 * (1 - a1), -1e6, 1e6)
    grads = [X.T @ d1, d1.sum(axis=0, keepdims=True), a1.T @ d2, d2.sum(axis=0, keepdims=True)]
    for g in grads:
        np.clip(g, -1e6, 1e6, out=g)  # exploding gradients
    return grads
