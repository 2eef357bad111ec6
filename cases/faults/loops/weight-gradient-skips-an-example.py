# expect: w2 weight-gradient-skips-an-example line 17
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(X, Y, W1, b1, W2, b2):
    X, Y, W1, W2 = map(np.asarray, (X, Y, W1, W2))
    H = sigmoid(X @ W1 + b1)
    O = sigmoid(H @ W2 + b2)
    D2 = (O - Y) * O * (1 - O)
    D1 = (D2 @ W2.T) * H * (1 - H)
    gW2 = np.zeros(W2.shape)
    for i in range(len(X) - 1):
        gW2 += np.outer(H[i], D2[i])
    gW1 = sum(np.outer(x, d) for x, d in zip(X, D1))
    return gW1, sum(D1), gW2, sum(D2)
