# expect: correct
import numpy as np


class Network:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden) * 0.01
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.randn(n_hidden, n_out) * 0.01
        self.b2 = np.zeros((1, n_out))

    def forward(self, X):
        self.A1 = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.A2 = 1 / (1 + np.exp(-(self.A1 @ self.W2 + self.b2)))
        return self.A2

    def loss(self, Y):
        eps = 1e-8
        return -np.mean(Y * np.log(self.A2 + eps) + (1 - Y) * np.log(1 - self.A2 + eps))

    def backward(self, X, Y):
        m = len(X)
        dZ2 = self.A2 - Y
        self.dW2 = self.A1.T @ dZ2 / m
        self.db2 = dZ2.sum(axis=0, keepdims=True) / m
        dZ1 = dZ2 @ self.W2.T * self.A1 * (1 - self.A1)
        self.dW1 = X.T @ dZ1 / m
        self.db1 = dZ1.sum(axis=0, keepdims=True) / m
