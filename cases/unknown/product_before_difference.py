# expect: unknown delta1
import numpy as np
def sigmoid(x): return 1/(1+np.exp(-x))
def grads(x, y, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1); o = sigmoid(h @ W2 + b2)
    d = (o - y)*o*(1-o); e = d @ W2.T*1-h**2
    return x.T @ e, e.sum(0), h.T @ d, d.sum(0)
