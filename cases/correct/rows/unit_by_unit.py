# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    d, h = W1.shape
    k = W2.shape[1]
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(A @ W2 + b2)))
    dW1, dW2 = np.zeros((d, h)), np.zeros((h, k))
    db1, db2 = np.zeros((1, h)), np.zeros((1, k))
    D = np.zeros(O.shape)
    for j in range(k):
        D[:, j] = (O[:, j] - Y[:, j]) * O[:, j] * (1 - O[:, j])
        dW2[:, j] = A.T @ D[:, j]
        db2[0, j] = np.sum(D[:, j])
    for i in range(h):
        back = np.zeros(len(X))
        for j in range(k):
            back += D[:, j] * W2[i, j]
        back *= A[:, i] * (1 - A[:, i])
        dW1[:, i] = X.T @ back
        db1[0, i] = np.sum(back)
    return dW1, db1, dW2, db2
