# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        sig = lambda z: 1 / (1 + np.exp(-z))
        self.X, self.H = X, sig(X @ self.W1 + self.b1)
        self.P = sig(self.H @ self.W2 + self.b2)

    def backward(self, Y):
        # per-example gradients first, their mean afterwards
        each2 = (self.P - Y) * self.P * (1 - self.P)
        each1 = each2 @ self.W2.T * self.H * (1 - self.H)
        self.dW2 = np.mean([np.outer(h, e) for h, e in zip(self.H, each2)], axis=0)
        self.dW1 = np.mean([np.outer(x, e) for x, e in zip(self.X, each1)], axis=0)
        self.db2 = each2.mean(axis=0).reshape(1, -1)
        self.db1 = each1.mean(axis=0).reshape(1, -1)
