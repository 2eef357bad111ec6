# expect: correct
import numpy as np


def f(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    H = f((W1.T @ X.T).T + b1)
    O = f((W2.T @ H.T).T + b2)
    D2 = ((O - Y).T * O.T * (1 - O).T).T
    D1 = (W2 @ D2.T).T * (H.T * (1 - H.T)).T
    dW2 = (D2.T @ H).T
    dW1 = (D1.T @ X).T
    return dW1, np.sum(D1.T, axis=1)[:, None].T, dW2, np.sum(D2.T, axis=1)[:, None].T
