# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    # o(1-o) = 1/4 - (o-1/2)^2
    slope_o = 0.25 - (O - 0.5) ** 2
    slope_h = 0.25 - (H - 0.5) ** 2
    d_o = slope_o * (O - Y)
    d_h = slope_h * (d_o @ W2.T)
    return X.T @ d_h, d_h.sum(axis=0, keepdims=True), H.T @ d_o, d_o.sum(axis=0, keepdims=True)
