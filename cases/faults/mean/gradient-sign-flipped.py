# expect: delta2 gradient-sign-flipped line 14
import numpy as np


class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        self.weights1 = np.zeros((n_in, n_hidden))
        self.weights2 = np.zeros((n_hidden, n_out))

    def train(self, X, y, learning_rate):
        a1 = self._sigmoid(X.dot(self.weights1) + self.bias1)
        a2 = self._sigmoid(a1.dot(self.weights2) + self.bias2)
        # target minus output
        d2 = 2 / len(X) * (y - a2) * a2 * (1 - a2)
        d1 = d2.dot(self.weights2.T) * a1 * (1 - a1)
        self.weights2 -= learning_rate * a1.T.dot(d2)
        self.weights1 -= learning_rate * X.T.dot(d1)
        self.bias2 -= learning_rate * d2.sum(0)
        self.bias1 -= learning_rate * d1.sum(0)

    def _sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))
