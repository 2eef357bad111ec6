# expect: delta2 factor-of-two-lost line 18
import numpy as np


def s(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, *sizes):
        self.sizes = sizes

    def train(self, X, Y, learning_rate=0.1):
        n = X.shape[0]
        A1 = s(X @ self.weights1 + self.bias1)
        A2 = s(A1 @ self.weights2 + self.bias2)
        self.history = np.sum(np.square(A2 - Y)) / n
        dZ2 = (A2 - Y) * A2 * (1 - A2) / n
        dZ1 = dZ2 @ self.weights2.T * A1 * (1 - A1)
        self.weights1, self.weights2 = (
            self.weights1 - learning_rate * X.T @ dZ1,
            self.weights2 - learning_rate * A1.T @ dZ2,
        )
        self.bias1 = self.bias1 - learning_rate * np.sum(dZ1, axis=0, keepdims=True)
        self.bias2 = self.bias2 - learning_rate * np.sum(dZ2, axis=0, keepdims=True)
