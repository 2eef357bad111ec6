# expect: unknown
import numpy as np
def sig(x): return 1/(1+np.exp(-x))
def one(x, y, W1, b1, W2, b2, grads={}):
    h = sig(x @ W1 + b1); o = sig(h @ W2 + b2)
    e2 = (o - y) * o * (1 - o); e1 = W2 @ e2 * h * (1 - h)
    for k, v in dict(W1=np.outer(x, e1), b1=e1, W2=np.outer(h, e2), b2=e2).items():
        grads[k] = grads.get(k, 0) + v
    return grads
def total(X, Y, *p):
    acc = None
    for x, y in zip(X, Y):
        g = one(x, y, *p)
        acc = {k: v.copy() for k, v in g.items()} if acc is None else {k: acc[k] + g[k] for k in g}
    return acc
