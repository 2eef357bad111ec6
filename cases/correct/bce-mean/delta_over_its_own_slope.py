# expect: correct
import numpy as np


def sig(v):
    return np.reciprocal(1 + np.exp(-v))


class Network:
    def __init__(self, d, h, k):
        pass

    def forward(self, X):
        self.a = sig(X @ self.W1 + self.b1)
        self.p = sig(self.a @ self.W2 + self.b2)

    def backward(self, X, Y):
        variance = self.p * (1 - self.p)
        dp = (self.p - Y) / variance
        dz = dp * variance
        back = dz @ self.W2.T
        back = back * (self.a * (1 - self.a))
        # means over the batch
        self.dW2 = self.a.T @ dz / X.shape[0]
        self.db2 = dz.mean(0, keepdims=True)
        self.dW1 = X.T @ back / X.shape[0]
        self.db1 = back.mean(0, keepdims=True)
