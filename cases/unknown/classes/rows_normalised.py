# expect: unknown w1 line 19
import numpy as np


class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.H = np.tanh(self.W1 @ X + self.b1)
        self.P = 1 / (1 + np.exp(-(self.W2 @ self.H + self.b2)))

    def backward(self, X, Y):
        n = X.shape[1]
        d2 = (self.P - Y) / n
        d1 = (self.W2.T @ d2) * (1 - self.H**2)
        self.dW2, self.db2 = d2 @ self.H.T, d2.sum(1, keepdims=True)
        self.dW1, self.db1 = d1 @ X.T, d1.sum(1, keepdims=True)
        self.dW1 /= np.sqrt(np.sum(self.dW1**2, axis=1, keepdims=True))
