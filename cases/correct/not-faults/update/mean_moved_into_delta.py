# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    n = Y.shape[0]
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    # rate and mean folded into the delta
    D = lr / n * (O - Y) * O * (1 - O)
    B = D @ W2.T * H * (1 - H)
    W2 -= H.T @ D
    b2 -= D.sum(0)
    W1 -= X.T @ B
    b1 -= B.sum(0)
