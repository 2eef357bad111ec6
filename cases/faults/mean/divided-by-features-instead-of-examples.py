# expect: delta2 divided-by-features-instead-of-examples line 13
import numpy as np


class NeuralNetwork:
    def __init__(self, d, h, k):
        pass

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def train(self, X, Y, learning_rate):
        m = X.shape[1]
        A1 = self.sigmoid(X @ self.weights1 + self.bias1)
        A2 = self.sigmoid(A1 @ self.weights2 + self.bias2)
        dZ2 = 2 * (A2 - Y) * A2 * (1 - A2)
        dZ1 = (dZ2 @ self.weights2.T) * A1 * (1 - A1)
        rate = learning_rate / m
        self.weights1 = self.weights1 - rate * X.T @ dZ1
        self.bias1 = self.bias1 - rate * np.sum(dZ1, axis=0, keepdims=True)
        self.weights2 = self.weights2 - rate * A1.T @ dZ2
        self.bias2 = self.bias2 - rate * np.sum(dZ2, axis=0, keepdims=True)
