# expect: correct
import numpy as np


def backprop(p, X, Y):
    h = np.tanh(X @ p["W1"] + p["b1"])
    out = h @ p["W2"] + p["b2"]
    dout = 2 * (out - Y) / Y.size
    dh = dout @ p["W2"].T * (1 - h**2)
    return {"W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ dout, "b2": dout.sum(0)}
