# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    gW1, gb1, gW2, gb2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
    for x, y in zip(X, Y):
        a = 1 / (1 + np.exp(-(W1.T @ x + b1.ravel())))
        o = 1 / (1 + np.exp(-(W2.T @ a + b2.ravel())))
        J2 = np.diag(o * (1 - o))
        J1 = np.diag(a * (1 - a))
        r = J2 @ (o - y)
        q = J1 @ W2 @ r
        gW2 += np.outer(a, r)
        gb2 += r
        gW1 += np.outer(x, q)
        gb1 += q
    return gW1, gb1, gW2, gb2
