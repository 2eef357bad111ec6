# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, error):
        # everything is called what it will be used for next
        self.output = error
        self.error = 1 / (1 + np.exp(-(self.output @ self.W1 + self.b1)))
        self.delta = 1 / (1 + np.exp(-(self.error @ self.W2 + self.b2)))

    def backward(self, input):
        sigmoid = (self.delta - input) * self.delta * (1 - self.delta)
        relu = sigmoid @ self.W2.T * self.error * (1 - self.error)
        self.dW2, self.dW1 = self.error.T @ sigmoid, self.output.T @ relu
        self.db2, self.db1 = (d.sum(axis=0, keepdims=True) for d in (sigmoid, relu))
