# expect: w2 divided-by-hidden-units-instead-of-examples line 21
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, d, h, k):
        pass

    def train(self, X, Y, learning_rate):
        n = X.shape[0]
        A1 = sigmoid(X @ self.weights1 + self.bias1)
        A2 = sigmoid(A1 @ self.weights2 + self.bias2)
        D2 = 2 * (A2 - Y) * A2 * (1 - A2)
        D1 = D2 @ self.weights2.T * A1 * (1 - A1)
        dW1 = X.T @ D1 / n
        db1 = D1.sum(axis=0, keepdims=True) / n
        dW2 = A1.T @ D2 / A1.shape[1]
        db2 = D2.sum(axis=0, keepdims=True) / n
        self.weights1 = self.weights1 - learning_rate * dW1
        self.bias1 = self.bias1 - learning_rate * db1
        self.weights2 = self.weights2 - learning_rate * dW2
        self.bias2 = self.bias2 - learning_rate * db2
