# expect: correct
import numpy as np
from numpy import einsum


def backward(X, Y, W1, b1, W2, b2):
    P = 1 / (1 + np.exp(-(einsum("qz,zw->qw", X, W1) + b1)))
    Q = 1 / (1 + np.exp(-(einsum("qw,wv->qv", P, W2) + b2)))
    T = einsum("ba,ba,ba->ba", Q - Y, Q, 1 - Q)
    S = einsum("ba,ca,bc,bc->bc", T, W2, P, 1 - P)
    return (einsum("bk,bi->ki", X, S), einsum("nd->d", S)[np.newaxis],
            einsum("dk,dn->kn", P, T), einsum("kh->h", T)[np.newaxis])
