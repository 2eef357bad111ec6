# expect: correct
import numpy as np


def train_step(X, Y, params, alpha):
    W1, b1, W2, b2 = params
    H = 1 / (1 + np.exp(-(np.matmul(W1.T, X) + b1)))
    P = 1 / (1 + np.exp(-(np.matmul(W2.T, H) + b2)))
    dP = np.multiply(P - Y, P - P**2)
    dH = np.multiply(np.matmul(W2, dP), H - H**2)
    params[0] = W1 - alpha * np.matmul(X, dH.T)
    params[1] = b1 - alpha * dH.sum(axis=-1, keepdims=True)
    params[2] = W2 - alpha * np.matmul(H, dP.T)
    params[3] = b2 - alpha * dP.sum(axis=-1, keepdims=True)
