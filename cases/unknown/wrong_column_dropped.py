# expect: unknown delta1
import numpy as np
def sigmoid(x): return 1/(1+np.exp(-x))
def back(X, Y, T1, T2):
    """T1: (d+1, h), T2: (h+1, k), bias in row 0"""
    A0 = np.insert(X, 0, 1, axis=1)
    A1 = np.insert(sigmoid(A0 @ T1), 0, 1, axis=1)
    A2 = sigmoid(A1 @ T2)
    d2 = A2 - Y
    d1 = (d2 @ T2.T * A1 * (1 - A1))[:, :-1]
    return A0.T @ d1, A1.T @ d2
