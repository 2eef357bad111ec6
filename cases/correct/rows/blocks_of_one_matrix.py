# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    n = X.shape[0]
    H = 1 / (1 + np.exp(-np.hstack([X, np.ones((n, 1))]) @ np.vstack([W1, b1])))
    O = 1 / (1 + np.exp(-np.hstack([H, np.ones((n, 1))]) @ np.vstack([W2, b2])))
    R = np.multiply(O - Y, O * (1 - O))
    S = np.multiply(R @ W2.T, H * (1 - H))
    M = np.hstack([X, H, np.ones((n, 1))]).T @ np.hstack([S, R])
    d, h = W1.shape
    return M[:d, :h], M[-1:, :h], M[d:d + h, h:], M[-1:, h:]
