# expect: correct
import numpy as np


def bias_grad(delta):
    units = np.tile(np.arange(delta.shape[1]), delta.shape[0])
    return np.bincount(units, weights=delta.ravel())[np.newaxis, :]


def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    d2 = (O - Y) * O * (1 - O)
    d1 = (d2 @ W2.T) * H * (1 - H)
    return X.T @ d1, bias_grad(d1), H.T @ d2, bias_grad(d2)
