# expect: correct
import numpy as np
def fit(X, y, hidden=4, epochs=10, lr=.1):
    def sig(z): return 1/(1+np.exp(-z))
    n, d = X.shape
    W1, b1 = np.random.randn(d, hidden), np.zeros(hidden)
    W2, b2 = np.random.randn(hidden, y.shape[1]), np.zeros(y.shape[1])
    def step():
        nonlocal W1, b1, W2, b2
        h = sig(X @ W1 + b1); o = sig(h @ W2 + b2)
        d2 = (o - y)/n; d1 = d2 @ W2.T*h*(1-h)
        gW2 = h.T @ d2; gW1 = X.T @ d1
        W2 = W2 - lr*gW2; b2 = b2 - lr*d2.sum(0); W1 = W1 - lr*gW1; b1 = b1 - lr*d1.sum(0)
    e = 0
    while e < epochs:
        step(); e += 1
    return W1, b1, W2, b2
