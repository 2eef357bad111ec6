# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    """loss = 0.5 * sum((out - Y)**2), written out to the letter."""
    hid = 1 / (1 + np.exp(-X @ W1 - b1))
    out = 1 / (1 + np.exp(-hid @ W2 - b2))
    dloss_dout = 0.5 * 2 * (out - Y) ** (2 - 1)
    dout_dnet2 = out * (1 - out)
    dnet2 = dloss_dout * dout_dnet2
    dhid_dnet1 = hid * (1 - hid)
    dnet1 = np.dot(dnet2, W2.T) * dhid_dnet1
    return (np.dot(X.T, dnet1), np.dot(np.ones((1, len(X))), dnet1),
            np.dot(hid.T, dnet2), np.dot(np.ones((1, len(X))), dnet2))
