# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    """Tangents pushed forwards, one parameter at a time."""
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))

    def rate(tX1, tX2):
        tO = (tX1 * H * (1 - H)) @ W2 + tX2
        return np.sum((O - Y) * tO * O * (1 - O))

    def unit(width, j, column):
        t = np.zeros((len(X), width))
        t[:, j] = column
        return t

    h, k = W2.shape
    one = np.ones(len(X))
    dW1 = [[rate(unit(h, j, x), 0) for j in range(h)] for x in X.T]
    db1 = [[rate(unit(h, j, one), 0) for j in range(h)]]
    dW2 = [[rate(np.zeros_like(H), unit(k, j, a)) for j in range(k)] for a in H.T]
    db2 = [[rate(np.zeros_like(H), unit(k, j, one)) for j in range(k)]]
    return dW1, db1, dW2, db2
