# expect: loss ?
import numpy as np
def back(X, Y, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1); P = A1 @ W2 + b2
    r = P - Y
    loss = np.abs(r).mean()
    d2 = np.sign(r)/r.size; d1 = d2 @ W2.T*(1-A1**2)
    return loss, (X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0))
