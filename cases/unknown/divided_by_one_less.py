# expect: unknown
import numpy as np
s = lambda z: 1/(1+np.exp(-z))
def g(x, y, W1, b1, W2, b2):
    m = len(x) - 1
    h = s(x @ W1 + b1); o = s(h @ W2 + b2)
    d = (o - y)/m; e = d @ W2.T*h*(1-h)
    return x.T @ e, e.sum(0), h.T @ d, d.sum(0)
