# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2, lr=1.0):
    W2_old = W2
    h = 1 / (1 + np.exp(-X @ W1 - b1))
    o = 1 / (1 + np.exp(-h @ W2 - b2))

    grad_o = (o - Y) * o * (1 - o)
    gW2 = h.T @ grad_o
    gb2 = grad_o.sum(0, keepdims=True)
    W2 = W2 - lr * gW2  # a new array, W2_old stays as it was
    b2 = b2 - lr * gb2

    grad_h = (grad_o @ W2_old.T) * h * (1 - h)
    gW1 = X.T @ grad_h
    gb1 = grad_h.sum(0, keepdims=True)
    W1 = W1 - lr * gW1
    b1 = b1 - lr * gb1
    return gW1, gb1, gW2, gb2
