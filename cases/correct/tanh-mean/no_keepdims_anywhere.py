# expect: correct
import numpy as np


def backprop(params, inputs, targets):
    Z = np.dot(inputs, params["W1"]) + params["b1"]
    A = np.tanh(Z)
    pred = np.dot(A, params["W2"]) + params["b2"]
    n, k = targets.shape
    err = (pred - targets) / (n * k)
    err = err + err
    hid = np.dot(err, params["W2"].T) * (1 - np.tanh(Z) ** 2)
    grads = {}
    grads["W2"] = np.dot(A.T, err)
    grads["b2"] = np.sum(err, axis=0)
    grads["W1"] = np.dot(inputs.T, hid)
    grads["b1"] = np.sum(hid, axis=0)
    return grads
