# expect: slope1 activation-in-place-of-derivative line 17
import numpy as np


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def backward(X, y, syn0, b0, syn1, b1):
    pre1 = np.dot(X, syn0) + b0
    l1 = nonlin(pre1)
    l2 = nonlin(np.dot(l1, syn1) + b1)

    l2_delta = (l2 - y) * nonlin(l2, deriv=True)
    l1_delta = l2_delta.dot(syn1.T) * nonlin(pre1)

    return (X.T.dot(l1_delta), l1_delta.sum(axis=0, keepdims=True),
            l1.T.dot(l2_delta), l2_delta.sum(axis=0, keepdims=True))
