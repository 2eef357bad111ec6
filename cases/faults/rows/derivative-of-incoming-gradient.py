# expect: delta1 derivative-of-incoming-gradient line 14
import numpy as np

act = lambda t: 1 / (1 + np.exp(-t))
slope = lambda t: t * (1 - t)


def backward(x, y, w1, b1, w2, b2):
    h = act(x @ w1 + b1)
    o = act(h @ w2 + b2)
    err_o = o - y
    d_o = err_o * slope(o)
    err_h = d_o @ w2.T
    d_h = err_h * slope(err_h)
    return x.T @ d_h, d_h.sum(0)[None, :], h.T @ d_o, d_o.sum(0)[None, :]
