# expect: w2 weight-decay-halved line 12
import numpy as np


def regularised(X, Y, W1, b1, W2, b2, lam):
    m = len(Y)
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-a1 @ W2 - b2))
    d2 = (a2 - Y) / m
    d1 = d2 @ W2.T * (1 - np.square(a1))
    dW1 = X.T @ d1 + (lam / m) * W1
    dW2 = a1.T @ d2 + (lam / (2 * m)) * W2
    return dict(W1=dW1, b1=d1.sum(0, keepdims=True), W2=dW2, b2=d2.sum(0, keepdims=True))
