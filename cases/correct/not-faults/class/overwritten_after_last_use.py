# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.X = X
        z = X @ self.W1
        z += self.b1
        self.h = 1 / (1 + np.exp(-z))
        z = self.h @ self.W2
        z += self.b2
        self.o = 1 / (1 + np.exp(-z))

    def backward(self, Y):
        # self.o becomes the delta of the output, self.h that of the hidden layer
        slope = self.o * (1 - self.o)
        self.o -= Y
        self.o *= slope
        self.dW2 = self.h.T @ self.o
        self.db2 = self.o.sum(0, keepdims=True)
        slope = self.h * (1 - self.h)
        np.matmul(self.o, self.W2.T, out=self.h)
        self.h *= slope
        self.dW1 = self.X.T @ self.h
        self.db1 = self.h.sum(0, keepdims=True)
