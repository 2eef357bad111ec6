# expect: correct
import numpy as np


def dense_grad(inputs, delta):
    return inputs.T @ delta


def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    d2 = (O - Y) * O * (1 - O)
    d1 = (d2 @ W2.T) * H * (1 - H)
    always_on = X[:, :1] ** 0
    return dense_grad(X, d1), dense_grad(always_on, d1), dense_grad(H, d2), dense_grad(always_on, d2)
