# expect: unknown delta2
import numpy as np


class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.H = np.tanh(self.W1 @ X + self.b1)
        self.P = 1 / (1 + np.exp(-(self.W2 @ self.H + self.b2)))

    def backward(self, X, Y):
        err = self.P - Y
        # hard examples count more
        err = err * np.abs(err) / X.shape[1]
        self.dW2 = err @ self.H.T
        self.db2 = np.sum(err, axis=1, keepdims=True)
        back = (self.W2.T @ err) * (1 - self.H**2)
        self.dW1 = back @ X.T
        self.db1 = np.sum(back, axis=1, keepdims=True)
