# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    @staticmethod
    def sigmoid(s):
        return 1 / (1 + np.exp(-s))

    @staticmethod
    def sigmoidPrime(s):
        # s has been through the sigmoid already
        return s * (1 - s)

    def forward(self, X):
        self.X = X
        self.z2 = self.sigmoid(np.dot(X, self.W1) + self.b1)
        self.o = self.sigmoid(np.dot(self.z2, self.W2) + self.b2)
        return self.o

    def backward(self, y):
        self.o_delta = (self.o - y) * self.sigmoidPrime(self.o)
        self.z2_delta = self.o_delta.dot(self.W2.T) * self.sigmoidPrime(self.z2)
        self.dW1 = self.X.T.dot(self.z2_delta)
        self.dW2 = self.z2.T.dot(self.o_delta)
        self.db1 = np.sum(self.z2_delta, axis=0, keepdims=True)
        self.db2 = np.sum(self.o_delta, axis=0, keepdims=True)
