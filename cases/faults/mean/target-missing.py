# expect: grad_a2 target-missing line 16
import numpy as np


class NeuralNetwork:
    def __init__(self, d, h, k):
        pass

    def forward(self, X):
        self.a1 = 1 / (1 + np.exp(-(X @ self.weights1 + self.bias1)))
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.weights2 + self.bias2)))

    def train(self, X, y, learning_rate):
        self.forward(X)
        n = len(X)
        d_loss = 2 * self.a2 / n
        dz2 = d_loss * self.a2 * (1 - self.a2)
        dz1 = dz2 @ self.weights2.T * self.a1 * (1 - self.a1)
        steps = X.T @ dz1, dz1.sum(0, keepdims=True), self.a1.T @ dz2, dz2.sum(0, keepdims=True)
        for name, step in zip(("weights1", "bias1", "weights2", "bias2"), steps):
            setattr(self, name, getattr(self, name) - learning_rate * step)
