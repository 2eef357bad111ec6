# expect: unknown
import numpy as np
def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True)); return e/e.sum(1, keepdims=True)
def loss_grads(x, labels, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1); p = softmax(h @ W2 + b2)
    d = p.copy(); d[np.arange(len(x)), labels - 1] -= 1; d /= len(x)
    e = d @ W2.T*(1-h**2)
    return x.T @ e, e.sum(0), h.T @ d, d.sum(0)
