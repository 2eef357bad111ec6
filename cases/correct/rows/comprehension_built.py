# expect: correct
import numpy as np
from math import exp


def backward(X, Y, W1, b1, W2, b2):
    s = lambda t: 1 / (1 + exp(-t))
    H = np.array([[s(x @ w + c) for w, c in zip(W1.T, b1[0])] for x in X])
    O = np.array([[s(x @ w + c) for w, c in zip(W2.T, b2[0])] for x in H])
    D2 = np.array([[(o - y) * o * (1 - o) for o, y in zip(*row)] for row in zip(O, Y)])
    D1 = np.array([[W2[j] @ d * h[j] * (1 - h[j]) for j in range(len(h))] for d, h in zip(D2, H)])
    dW2 = np.array([[H[:, i] @ D2[:, j] for j in range(D2.shape[1])] for i in range(H.shape[1])])
    dW1 = np.array([[X[:, i] @ D1[:, j] for j in range(D1.shape[1])] for i in range(X.shape[1])])
    return dW1, np.array([[sum(c) for c in D1.T]]), dW2, np.array([[sum(c) for c in D2.T]])
