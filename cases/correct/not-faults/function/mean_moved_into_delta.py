# expect: correct
import numpy as np


def backward(X, Y, W1, b1, W2, b2):
    m = X.shape[0]
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) / m * A2 * (1 - A2)
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = dZ2 @ W2.T * A1 * (1 - A1)  # the 1/m comes along
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
