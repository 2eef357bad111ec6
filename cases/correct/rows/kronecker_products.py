# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    dW2 = sum(np.kron(u, v) for u, v in zip(a1, d2)).reshape(W2.shape)
    dW1 = sum(np.kron(u, v) for u, v in zip(X, d1)).reshape(W1.shape)
    return dW1, d1.sum(0).reshape(b1.shape), dW2, d2.sum(0).reshape(b2.shape)
