# expect: correct
import numpy as np


def train_step(y, x, params, m):
    # inputs y, targets x, rate m: the notation of the lecture
    L, l, M, c = params
    z1 = 1 / (1 + np.exp(-(y @ L + l)))
    z2 = 1 / (1 + np.exp(-(z1 @ M + c)))
    a2 = (z2 - x) * z2 * (1 - z2)
    a1 = (a2 @ M.T) * z1 * (1 - z1)
    L -= m * y.T @ a1
    l -= m * a1.sum(axis=0)
    M -= m * z1.T @ a2
    c -= m * a2.sum(axis=0)
