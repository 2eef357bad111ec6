# expect: unknown w1 line 19
import numpy as np


class Net:
    def __init__(self, *params):
        self.W1, self.b1, self.W2, self.b2 = params

    def forward(self, X):
        self.H = np.tanh(self.W1 @ X + self.b1)
        self.P = 1 / (1 + np.exp(-(self.W2 @ self.H + self.b2)))

    def backward(self, X, Y):
        m = Y.shape[1]
        e = self.P - Y
        g = (self.W2.T @ e) * (1 - self.H**2)
        self.dW2 = e @ self.H.T / m
        self.db2 = e.mean(axis=1, keepdims=True)
        self.dW1 = g @ np.tanh(X).T / m
        self.db1 = g.mean(axis=1, keepdims=True)
