# expect: delta2 output-mean-missing line 20
import numpy as np


class Model:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.X = X
        self.Z1 = X @ self.W1 + self.b1
        self.A1 = np.maximum(self.Z1, 0)
        self.out = self.A1 @ self.W2 + self.b2

    def loss(self, Y):
        return np.mean((self.out - Y) ** 2)

    def backward(self, Y):
        n = len(Y)
        d_out = 2 * (self.out - Y) / n
        self.dW2 = self.A1.T @ d_out
        self.db2 = d_out.sum(axis=0, keepdims=True)
        d_hidden = (d_out @ self.W2.T) * (self.Z1 > 0)
        self.dW1 = self.X.T @ d_hidden
        self.db1 = d_hidden.sum(axis=0, keepdims=True)
