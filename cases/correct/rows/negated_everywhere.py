# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    """Returns the directions of ascent of minus the loss, turned round at the very end."""
    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))
    output = 1 / (1 + np.exp(-(hidden @ W2 + b2)))
    up2 = (Y - output) * output * (1 - output)
    up1 = (up2 @ W2.T) * hidden * (1 - hidden)
    ascent = [X.T @ up1, up1.sum(0, keepdims=True), hidden.T @ up2, up2.sum(0, keepdims=True)]
    return [-g for g in ascent]
