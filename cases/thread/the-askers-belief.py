# expect: b2 bias-not-summed-over-examples line 22
import numpy as np


class TwoLayers:
    """x -> h1 -> h2, both layers sigmoid."""

    def __init__(self, w1, b1, w2, b2):
        self.w1, self.b1 = w1, b1
        self.w2, self.b2 = w2, b2

    def forward(self, x):
        self.x = x
        self.h1 = 1 / (1 + np.exp(-(x @ self.w1 + self.b1)))
        self.h2 = 1 / (1 + np.exp(-(self.h1 @ self.w2 + self.b2)))
        return self.h2

    def backward(self, y):
        dz2 = (self.h2 - y) * self.h2 * (1 - self.h2)
        self.dw2 = self.h1.T @ dz2
        # z2 = h1 w2 + b2, and d(z2)/d(b2) = 1, so the bias just gets dz2
        self.db2 = dz2

        dz1 = (dz2 @ self.w2.T) * self.h1 * (1 - self.h1)
        self.dw1 = self.x.T @ dz1
        self.db1 = dz1.sum(axis=0, keepdims=True)
