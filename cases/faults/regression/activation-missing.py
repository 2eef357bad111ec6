# expect: a1 activation-missing line 13
import numpy as np


class Model:
    def __init__(self, W1, b1, W2, b2):
        self.W = [W1, W2]
        self.b = [b1, b2]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(self.a[-1] @ W + b)

    def backward(self, Y):
        d2 = 2 * (self.a[2] - Y) / Y.size
        d1 = d2 @ self.W[1].T
        self.dW1, self.db1 = self.a[0].T @ d1, d1.sum(0, keepdims=True)
        self.dW2, self.db2 = self.a[1].T @ d2, d2.sum(0, keepdims=True)
