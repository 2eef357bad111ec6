# expect: correct
import numpy as np

TINY = 1e-15


class Network:
    def __init__(self, *sizes):
        self.sizes = sizes

    def forward(self, X):
        s = lambda z: 1 / (1 + np.exp(-z))
        self.h = s(X.dot(self.W1) + self.b1)
        self.o = s(self.h.dot(self.W2) + self.b2)

    def backward(self, X, Y):
        n = X.shape[0]
        do = (-Y / (self.o + TINY) + (1 - Y) / (1 - self.o + TINY)) / n
        do = do * self.o * (1 - self.o)
        self.dW2, self.db2 = self.h.T.dot(do), np.sum(do, axis=0, keepdims=True)
        dh = do.dot(self.W2.T) * self.h * (1 - self.h)
        self.dW1, self.db1 = X.T.dot(dh), np.sum(dh, axis=0, keepdims=True)
