# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    n, h, k = X.shape[0], W1.shape[1], W2.shape[1]
    A1, A2 = np.empty((n, h)), np.empty((n, k))
    np.matmul(X, W1, out=A1)
    A1 += b1
    np.negative(A1, out=A1); np.exp(A1, out=A1); A1 += 1; np.reciprocal(A1, out=A1)
    np.matmul(A1, W2, out=A2)
    A2 += b2
    np.negative(A2, out=A2); np.exp(A2, out=A2); A2 += 1; np.reciprocal(A2, out=A2)

    D2 = np.subtract(A2, Y)
    np.multiply(D2, A2, out=D2)
    np.subtract(1, A2, out=A2)
    np.multiply(D2, A2, out=D2)
    D1 = np.empty((n, h))
    np.matmul(D2, W2.T, out=D1)
    np.multiply(D1, A1 - A1 * A1, out=D1)
    dW1, dW2 = np.empty_like(W1), np.empty_like(W2)
    np.matmul(X.T, D1, out=dW1)
    np.matmul(A1.T, D2, out=dW2)
    return dW1, np.add.reduce(D1, axis=0, keepdims=True), dW2, np.add.reduce(D2, axis=0, keepdims=True)
