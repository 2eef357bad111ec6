# expect: b2 parameter-in-place-of-gradient line 15
import numpy as np


def backward(x, y, w1, b1, w2, b2):
    hidden = 1 / (1 + np.exp(-(x @ w1 + b1)))
    output = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
    delta2 = (output - y) * output * (1 - output)
    delta1 = (delta2 @ w2.T) * hidden * (1 - hidden)
    grads = {"w1": x.T @ delta1, "w2": hidden.T @ delta2}
    grads["b1"] = delta1.sum(axis=0, keepdims=True)
    grads["b2"] = delta2.sum(axis=0, keepdims=True)
    params = {"w1": w1, "b1": b1, "w2": w2, "b2": b2}

    return grads["w1"], grads["b1"], grads["w2"], params["b2"]
