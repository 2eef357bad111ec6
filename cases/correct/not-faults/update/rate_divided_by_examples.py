# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    lr = lr / X.shape[0]
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    dO = (O - Y) * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)
    W1 -= lr * (X.T @ dH)
    b1 -= lr * np.sum(dH, axis=0, keepdims=True)
    W2 -= lr * (H.T @ dO)
    b2 -= lr * np.sum(dO, axis=0, keepdims=True)
