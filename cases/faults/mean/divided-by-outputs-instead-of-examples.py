# expect: delta2 divided-by-outputs-instead-of-examples line 17
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, d, h, k):
        pass

    def train(self, X, Y, learning_rate):
        m = Y.shape[1]
        h = sigmoid(X @ self.weights1 + self.bias1)
        o = sigmoid(h @ self.weights2 + self.bias2)
        do = 2 / m * (o - Y) * o * (1 - o)
        dh = do @ self.weights2.T * h * (1 - h)
        self.weights2 = self.weights2 - learning_rate * h.T @ do
        self.bias2 = self.bias2 - learning_rate * do.sum(axis=0, keepdims=True)
        self.weights1 = self.weights1 - learning_rate * X.T @ dh
        self.bias1 = self.bias1 - learning_rate * dh.sum(axis=0, keepdims=True)
