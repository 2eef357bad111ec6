# expect: b2 bias-gradient-skips-an-example line 17
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(X, Y, W1, b1, W2, b2):
    X, Y = np.array(X), np.array(Y)
    W1, W2 = np.array(W1), np.array(W2)
    hidden = sigmoid(X @ W1 + b1)
    output = sigmoid(hidden @ W2 + b2)
    out_delta = (output - Y) * output * (1 - output)
    hid_delta = out_delta @ W2.T * hidden * (1 - hidden)
    db1 = np.add.reduce(hid_delta)
    db2 = np.add.reduce(out_delta[1:])
    return X.T @ hid_delta, db1, hidden.T @ out_delta, db2
