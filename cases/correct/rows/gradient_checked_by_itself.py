# expect: correct
import numpy as np


def forward(X, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return H, 1 / (1 + np.exp(-(H @ W2 + b2)))


def backward(X, Y, W1, b1, W2, b2):
    H, O = forward(X, W1, b1, W2, b2)
    d2 = (O - Y) * O * (1 - O)
    d1 = (d2 @ W2.T) * H * (1 - H)
    dW2, db2 = H.T @ d2, d2.sum(0, keepdims=True)
    eps = 1e-6
    plus = 0.5 * np.sum((forward(X, W1, b1, W2, b2 + eps)[1] - Y) ** 2)
    minus = 0.5 * np.sum((forward(X, W1, b1, W2, b2 - eps)[1] - Y) ** 2)
    assert abs((plus - minus) / (2 * eps) - db2.sum()) < 1e-4
    return X.T @ d1, d1.sum(0, keepdims=True), dW2, db2
