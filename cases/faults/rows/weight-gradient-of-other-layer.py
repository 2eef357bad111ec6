# expect: w2 weight-gradient-of-other-layer line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(x, y, w1, b1, w2, b2):
    acts = [x]
    for w, b in ((w1, b1), (w2, b2)):
        acts.append(sigmoid(acts[-1] @ w + b))
    delta = (acts[2] - y) * acts[2] * (1 - acts[2])
    dws, dbs = [], []
    for w, a in ((w2, acts[1]), (w1, x)):
        dws.append(a.T @ delta)
        dbs.insert(0, delta.sum(axis=0, keepdims=True))
        delta = delta @ w.T * a * (1 - a)
    return dws[0], dbs[0], dws[1], dbs[1]
