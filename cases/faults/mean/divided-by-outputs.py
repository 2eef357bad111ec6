# expect: delta2 divided-by-outputs line 16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, d, h, k):
        self.rng = np.random.default_rng(0)

    def train(self, X, y, learning_rate):
        hidden = sigmoid(X @ self.weights1 + self.bias1)
        output = sigmoid(hidden @ self.weights2 + self.bias2)
        d_mse = 2 * (output - y) / y.size
        delta2 = d_mse * output * (1 - output)
        delta1 = (delta2 @ self.weights2.T) * hidden * (1 - hidden)
        self.weights2 = self.weights2 - learning_rate * (hidden.T @ delta2)
        self.weights1 = self.weights1 - learning_rate * (X.T @ delta1)
        self.bias2 = self.bias2 - learning_rate * delta2.sum(axis=0, keepdims=True)
        self.bias1 = self.bias1 - learning_rate * delta1.sum(axis=0, keepdims=True)
