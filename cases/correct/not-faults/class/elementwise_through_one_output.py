# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1 = W1, b1
        self.W2, self.b2 = W2, b2

    def forward(self, X):
        self.X = X
        self.a = 1 / (1 + np.exp(-(np.dot(X, self.W1) + self.b1)))
        self.p = 1 / (1 + np.exp(-(np.dot(self.a, self.W2) + self.b2)))

    def backward(self, Y):
        # a single output neuron: every hidden unit has one way out only
        g = (self.p - Y) * self.p * (1 - self.p)
        self.dW2 = np.sum(self.a * g, axis=0).reshape(-1, 1)
        self.db2 = np.sum(g).reshape(1, 1)
        back = np.multiply(self.a * (1 - self.a), np.multiply(g, self.W2.reshape(1, -1)))
        self.dW1 = self.X.T.dot(back)
        self.db1 = back.sum(axis=0).reshape(1, -1)
