# expect: unknown w2 line 10
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-X @ W1 - b1))
    o = 1 / (1 + np.exp(-h @ W2 - b2))
    do = (o - Y) * o * (1 - o)
    dh = do @ W2.T * h * (1 - h)
    dW2 = np.sort(h, axis=0).T @ do
    return X.T @ dh, dh.sum(0, keepdims=True), dW2, do.sum(0, keepdims=True)
