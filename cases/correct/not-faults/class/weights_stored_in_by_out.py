# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.weights = [W1, W2]
        self.biases = [b1, b2]

    def forward(self, X):
        self.activations = [X]
        for w, b in zip(self.weights, self.biases):
            z = w.transpose() @ self.activations[-1] + b
            self.activations.append(1 / (1 + np.exp(-z)))
        return self.activations[-1]

    def backward(self, Y):
        x, h, o = self.activations
        delta = (o - Y) * o * (1 - o)
        self.dW2, self.db2 = h @ delta.transpose(), delta.sum(1, keepdims=True)
        delta = (self.weights[-1] @ delta) * h * (1 - h)
        self.dW1, self.db1 = x @ delta.transpose(), delta.sum(1, keepdims=True)
