# expect: unknown delta2
import numpy as np


class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2
        self.smooth = 0.1

    def forward(self, X):
        self.A1 = np.tanh(self.W1.dot(X) + self.b1)
        self.A2 = 1 / (1 + np.exp(-(self.W2.dot(self.A1) + self.b2)))

    def backward(self, X, Y):
        m = X.shape[1]
        target = Y * (1 - self.smooth) + self.smooth / 2
        dZ2 = (self.A2 - target) / m
        dZ1 = self.W2.T.dot(dZ2) * (1 - self.A1**2)
        self.dW2, self.db2 = dZ2.dot(self.A1.T), dZ2.sum(1, keepdims=True)
        self.dW1, self.db1 = dZ1.dot(X.T), dZ1.sum(1, keepdims=True)
