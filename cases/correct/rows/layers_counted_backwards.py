# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    # layer 1 is the output, layer 2 the one before it
    W1, W2, b1, b2 = W2, W1, b2, b1
    A2 = 1 / (1 + np.exp(-(X @ W2 + b2)))
    A1 = 1 / (1 + np.exp(-(A2 @ W1 + b1)))
    dZ1 = (A1 - Y) * A1 * (1 - A1)
    dZ2 = (dZ1 @ W1.T) * A2 * (1 - A2)
    dW1, db1 = A2.T @ dZ1, np.sum(dZ1, axis=0, keepdims=True)
    dW2, db2 = X.T @ dZ2, np.sum(dZ2, axis=0, keepdims=True)
    return dW2, db2, dW1, db1
