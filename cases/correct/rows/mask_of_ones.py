# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2, keep_prob=1.0):
    rng = np.random.RandomState(1)
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    # dropout, switched off by keep_prob = 1
    D1 = (rng.rand(*A1.shape) < keep_prob).astype(int)
    A1 = A1 * D1 / keep_prob
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))

    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dA1 = dZ2 @ W2.T
    dA1 = dA1 * D1 / keep_prob
    dZ1 = dA1 * A1 * (1 - A1)
    return X.T @ dZ1, dZ1.sum(0, keepdims=True), A1.T @ dZ2, dZ2.sum(0, keepdims=True)
