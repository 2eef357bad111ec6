# expect: unknown
import numpy as np
def sigmoid(x): return 1/1+np.exp(-x)
def grads(x, y, W1, b1, W2, b2):
    h = sigmoid(x @ W1 + b1); o = sigmoid(h @ W2 + b2)
    d = (o - y)*o*(1-o); e = d @ W2.T*h*(1-h)
    return x.T @ e, e.sum(0), h.T @ d, d.sum(0)
