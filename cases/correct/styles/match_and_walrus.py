# expect: correct
import numpy as np


def apply(kind, z, derivative=False):
    match kind, derivative:
        case "sigmoid", False:
            return 1 / (1 + np.exp(-z))
        case "sigmoid", True:
            return (s := apply(kind, z)) * (1 - s)
        case _:
            raise ValueError(kind)


def backward(X, Y, W1, b1, W2, b2, kind="sigmoid"):
    h = apply(kind, z1 := X @ W1 + b1)
    o = apply(kind, z2 := h @ W2 + b2)
    gW2 = h.T @ (d := (o - Y) * apply(kind, z2, derivative=True))
    gb2 = d.sum(axis=0, keepdims=True)
    gW1 = X.T @ (d := d @ W2.T * apply(kind, z1, derivative=True))
    return gW1, d.sum(axis=0, keepdims=True), gW2, gb2
