# expect: correct
import numpy as np


class Network:
    """Cross-entropy from the logits: log(1 + e^z) - y z."""

    def __init__(self, d, h, k):
        self.batches = 0

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.z = self.h @ self.W2 + self.b2

    def backward(self, X, Y):
        n = float(X.shape[0])
        # derivative of log(1 + e^z) is e^z/(1 + e^z)
        g = np.exp(self.z) / (1 + np.exp(self.z))
        g -= Y
        g /= n
        self.dW2 = self.h.T @ g
        self.db2 = g.sum(axis=0)[None]
        g = g @ self.W2.T
        g *= self.h
        g *= 1 - self.h
        self.dW1 = X.T @ g
        self.db1 = g.sum(axis=0)[None]
