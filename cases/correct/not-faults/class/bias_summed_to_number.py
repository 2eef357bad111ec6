# expect: correct
import numpy as np


class Network:
    """One output neuron, whose bias is a float."""

    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, float(b2)

    def forward(self, X):
        self.X = X
        self.H = 1 / (1 + np.exp(-X @ self.W1 - self.b1))
        self.out = 1 / (1 + np.exp(-self.H @ self.W2 - self.b2))

    def backward(self, Y):
        d = (self.out - Y) * self.out * (1 - self.out)
        self.db2 = 0.0
        for value in d.flat:
            self.db2 += value
        self.dW2 = self.H.T @ d
        g = d @ self.W2.T * self.H * (1 - self.H)
        self.dW1, self.db1 = self.X.T @ g, g.sum(0, keepdims=True)
