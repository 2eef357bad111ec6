# expect: delta2 cross-entropy-delta-with-squared-error line 19
import numpy as np


class NeuralNetwork:
    def __init__(self, inputs, hidden, outputs):
        self.weights1 = np.random.rand(inputs, hidden)
        self.weights2 = np.random.rand(hidden, outputs)
        self.bias1, self.bias2 = np.zeros((1, hidden)), np.zeros((1, outputs))

    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def train(self, X, y, learning_rate):
        hidden = self.sigmoid(X @ self.weights1 + self.bias1)
        out = self.sigmoid(hidden @ self.weights2 + self.bias2)
        self.loss = np.sum((out - y) ** 2) / len(X)
        dz2 = (out - y) / len(X)
        dz1 = (dz2 @ self.weights2.T) * hidden * (1 - hidden)
        self.weights2 = self.weights2 - learning_rate * hidden.T @ dz2
        self.bias2 = self.bias2 - learning_rate * dz2.sum(axis=0, keepdims=True)
        self.weights1 = self.weights1 - learning_rate * X.T @ dz1
        self.bias1 = self.bias1 - learning_rate * dz1.sum(axis=0, keepdims=True)
