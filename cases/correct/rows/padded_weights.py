# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    one = np.ones((len(X), 1))
    V1 = np.r_[b1, W1]
    V2 = np.r_[b2, W2]
    A0 = np.c_[one, X]
    A1 = np.c_[one, 1 / (1 + np.exp(-A0 @ V1))]
    A2 = 1 / (1 + np.exp(-A1 @ V2))
    D2 = (A2 - Y) * A2 * (1 - A2)
    D1 = (D2 @ V2.T * A1 * (1 - A1))[:, 1:]   # first column belongs to the constant input
    G1, G2 = A0.T @ D1, A1.T @ D2
    return G1[1:], G1[:1], G2[1:], G2[:1]
