# expect: correct
import numpy as np


def backward(a0, target, w0, c0, w1, c1):
    a2 = 1 / (1 + np.exp(-(a0 @ w0 + c0)))   # hidden
    a1 = 1 / (1 + np.exp(-(a2 @ w1 + c1)))   # output
    dw0 = (a1 - target) * a1 * (1 - a1)
    dw1 = dw0 @ w1.T * a2 * (1 - a2)
    db2, db1 = dw1.sum(0, keepdims=True), dw0.sum(0, keepdims=True)
    return {"W1": a0.T @ dw1, "b1": db2, "W2": a2.T @ dw0, "b2": db1}
