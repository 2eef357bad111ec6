# expect: unknown
import numpy as np
def s(z): return 1/(1+np.exp(-z))
def back(X, Y, W1, b1, W2, b2, max_norm=0.1):
    A = s(X @ W1 + b1); P = s(A @ W2 + b2)
    d2 = (P - Y)*P*(1-P); d1 = d2 @ W2.T*A*(1-A)
    gs = [X.T @ d1, d1.sum(0), A.T @ d2, d2.sum(0)]
    total = np.sqrt(sum((g**2).sum() for g in gs))
    return [g*min(1, max_norm/total) for g in gs]
