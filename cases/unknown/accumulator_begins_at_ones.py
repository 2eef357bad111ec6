# expect: unknown w1
import numpy as np
def sig(x): return 1/(1+np.exp(-x))
def batch_grads(X, Y, W1, b1, W2, b2):
    dW1, db1 = np.ones_like(W1), np.zeros_like(b1)
    dW2, db2 = np.zeros_like(W2), np.zeros_like(b2)
    for x, y in zip(X, Y):
        h = sig(x @ W1 + b1); o = sig(h @ W2 + b2)
        e2 = (o - y) * o * (1 - o); e1 = W2 @ e2 * h * (1 - h)
        dW1 += np.outer(x, e1); db1 += e1
        dW2 += np.outer(h, e2); db2 += e2
    return dW1, db1, dW2, db2
