# expect: correct
import numpy as np


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        self.x = x
        self.y = 1 / (1 + np.exp(-(x @ self.W + self.b)))
        return self.y

    def back(self, grad):
        """grad is dL/dy; gives dL/dx."""
        grad = grad * self.y * (1 - self.y)
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T


class Network:
    def __init__(self, d, h, k):
        self.layers = []

    def forward(self, X):
        self.layers = [Dense(self.W1, self.b1), Dense(self.W2, self.b2)]
        for layer in self.layers:
            X = layer(X)
        self.out = X

    def backward(self, X, Y):
        grad = (self.out - Y) / (self.out - self.out**2) / len(Y)
        for layer in reversed(self.layers):
            grad = layer.back(grad)

    dW1 = property(lambda self: self.layers[0].dW)
    db1 = property(lambda self: self.layers[0].db)
    dW2 = property(lambda self: self.layers[1].dW)
    db2 = property(lambda self: self.layers[1].db)
