# expect: grad_a1 stale-weights line 21
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, d, h, k):
        self.shape = d, h, k

    def train(self, X, y, learning_rate):
        h = sigmoid(X @ self.weights1 + self.bias1)
        o = sigmoid(h @ self.weights2 + self.bias2)

        delta_o = 2 * (o - y) * o * (1 - o) / len(X)
        self.weights2 -= learning_rate * h.T @ delta_o
        self.bias2 -= learning_rate * delta_o.sum(axis=0, keepdims=True)

        delta_h = (delta_o @ self.weights2.T) * h * (1 - h)
        self.weights1 -= learning_rate * X.T @ delta_h
        self.bias1 -= learning_rate * delta_h.sum(axis=0, keepdims=True)
