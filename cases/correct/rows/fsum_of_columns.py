# expect: correct
import numpy as np
from math import fsum


def backward(X, Y, W1, b1, W2, b2):
    """Exact sums, for the sake of it."""
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    O = 1 / (1 + np.exp(-(H @ W2 + b2)))
    d2 = (O - Y) * O * (1 - O)
    d1 = (d2 @ W2.T) * H * (1 - H)
    exact = lambda P, Q: np.array([[fsum(p * q) for q in Q.T] for p in P.T])
    one = np.ones((len(X), 1))
    return exact(X, d1), exact(one, d1), exact(H, d2), exact(one, d2)
