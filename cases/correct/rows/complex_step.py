# expect: correct
import numpy as np


def loss(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return 0.5 * np.sum((1 / (1 + np.exp(-(H @ W2 + b2))) - Y) ** 2)


def backward(X, Y, *params):
    # no backpropagation at all: a step along the imaginary axis
    grads = []
    for i, p in enumerate(params):
        g = np.zeros(p.shape)
        for index in np.ndindex(p.shape):
            moved = [q.astype(complex) for q in params]
            moved[i][index] += 1e-20j
            g[index] = loss(X, Y, *moved).imag / 1e-20
        grads.append(g)
    return grads
