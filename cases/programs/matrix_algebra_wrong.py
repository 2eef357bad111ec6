# expect: slope1 derivative-half-missing line 25
# coding: utf-8
# Lab 5. Everything is a matrix, so * is the matrix product, as in MATLAB.
from numpy import *


def logsig(n):
    return 1 / (1 + exp(-n))


def bp(P, T, W1, B1, W2, B2):
    """One presentation of all the patterns (columns of P). Returns the four gradients."""
    P, T = asmatrix(P), asmatrix(T)
    W1, B1, W2, B2 = [asmatrix(M) for M in (W1, B1, W2, B2)]
    Q = P.shape[1]
    ones_row = asmatrix(ones((1, Q)))

    N1 = W1 * P + B1 * ones_row
    A1 = logsig(N1)
    N2 = W2 * A1 + B2 * ones_row
    A2 = logsig(N2)

    E = A2 - T
    S2 = multiply(multiply(A2, 1 - A2), E)
    S1 = multiply(1 - A1, W2.T * S2)

    return S1 * P.T, S1 * ones_row.T, S2 * A1.T, S2 * ones_row.T


def train(P, T, hidden, lr, epochs):
    W1, B1 = random.randn(hidden, P.shape[0]), random.randn(hidden, 1)
    W2, B2 = random.randn(T.shape[0], hidden), random.randn(T.shape[0], 1)
    for e in range(epochs):
        d1, e1, d2, e2 = bp(P, T, W1, B1, W2, B2)
        W1, B1, W2, B2 = W1 - lr * d1, B1 - lr * e1, W2 - lr * d2, B2 - lr * e2
    return W1, B1, W2, B2


if __name__ == '__main__':
    P = matrix('0 0 1 1; 0 1 0 1')
    T = matrix('0 1 1 0')
    print(train(P, T, 3, 0.7, 3000))
