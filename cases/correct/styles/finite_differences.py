# expect: correct, note "finite differences"
import numpy as np


def error(X, Y, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    return 0.5 * np.sum((o - Y) ** 2)


def backward(X, Y, W1, b1, W2, b2, step=1e-4):
    """Slow but sure."""
    params = [W1, b1, W2, b2]
    grads = [np.zeros_like(p) for p in params]
    for p, g in zip(params, grads):
        for i in range(p.size):
            old = p.flat[i]
            p.flat[i] = old + step
            up = error(X, Y, *params)
            p.flat[i] = old - step
            down = error(X, Y, *params)
            p.flat[i] = old
            g.flat[i] = (up - down) / (2 * step)
    return grads
