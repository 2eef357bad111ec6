# expect: correct
import numpy as np


def train_step(X, Y, params, rate):
    w1, w2 = params
    x = np.insert(X, 0, 1, axis=1)
    h = np.insert(1 / (1 + np.exp(-x.dot(w1))), 0, 1, axis=1)
    o = 1 / (1 + np.exp(-h.dot(w2)))
    e = (o - Y) * o * (1 - o)
    f = e.dot(w2[1:].T) * h[:, 1:] * (1 - h[:, 1:])
    w1 -= rate * x.T.dot(f)
    w2 -= rate * h.T.dot(e)
