# expect: correct
import numpy as np

cache = {}


def layer(name, inputs, W, b):
    out = 1 / (1 + np.exp(-(inputs.dot(W) + b)))
    cache[name] = out
    cache["d" + name] = out - out ** 2
    return out


def backward(X, Y, W1, b1, W2, b2):
    layer("a2", layer("a1", X, W1, b1), W2, b2)
    delta = (cache["a2"] - Y) * cache["da2"]
    back = delta.dot(W2.T) * cache["da1"]
    return (X.T.dot(back), back.sum(0)[None, :],
            cache["a1"].T.dot(delta), delta.sum(0)[None, :])
