# expect: correct
from collections import namedtuple
import numpy as np
Params = namedtuple("Params", "W1 b1 W2 b2")
def init(d, h, k, rng=np.random.default_rng(0)):
    return Params(rng.normal(size=(d, h)), np.zeros(h), rng.normal(size=(h, k)), np.zeros(k))
def value_and_grad(p: Params, x, y):
    s = lambda t: 1 / (1 + np.exp(-t))
    hid = s(np.einsum("nd,dh->nh", x, p.W1) + p.b1)
    out = s(np.einsum("nh,hk->nk", hid, p.W2) + p.b2)
    n = x.shape[0]
    loss = -np.einsum("nk,nk->", y, np.log(out)) / n - np.einsum("nk,nk->", 1 - y, np.log1p(-out)) / n
    e = (out - y) / n
    g = np.einsum("nk,hk,nh,nh->nh", e, p.W2, hid, 1 - hid)
    return loss, Params(np.einsum("nd,nh->dh", x, g), np.einsum("nh->h", g), np.einsum("nh,nk->hk", hid, e), np.einsum("nk->k", e))
