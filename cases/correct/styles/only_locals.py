# expect: correct
import numpy as np


def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))


class NeuralNetwork:
    def __init__(self, x, y, hidden=4):
        self.input = x
        self.y = y
        self.weights1 = np.random.rand(x.shape[1], hidden)
        self.bias1 = np.zeros((1, hidden))
        self.weights2 = np.random.rand(hidden, y.shape[1])
        self.bias2 = np.zeros((1, y.shape[1]))

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1) + self.bias1)
        self.output = sigmoid(np.dot(self.layer1, self.weights2) + self.bias2)

    def backprop(self):
        # chain rule from the error to the weights; these point downhill
        delta2 = (self.y - self.output) * self.output * (1 - self.output)
        d_weights2 = np.dot(self.layer1.T, delta2)
        d_bias2 = delta2.sum(axis=0, keepdims=True)
        delta1 = np.dot(delta2, self.weights2.T) * self.layer1 * (1 - self.layer1)
        d_weights1 = np.dot(self.input.T, delta1)
        d_bias1 = delta1.sum(axis=0, keepdims=True)

        self.weights1 += d_weights1
        self.bias1 += d_bias1
        self.weights2 += d_weights2
        self.bias2 += d_bias2
