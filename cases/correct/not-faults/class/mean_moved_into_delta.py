# expect: correct
import numpy as np


class Network:
    def __init__(self, *params):
        self.W1, self.b1, self.W2, self.b2 = params

    def forward(self, X):
        self.inputs = X
        self.hidden = 1 / (1 + np.exp(-(X.dot(self.W1) + self.b1)))
        self.out = 1 / (1 + np.exp(-(self.hidden.dot(self.W2) + self.b2)))

    def cost_prime(self, Y):
        return (self.out - Y) * (1.0 / len(Y))

    def backward(self, Y):
        delta = self.cost_prime(Y) * self.out * (1 - self.out)
        self.dW2 = self.hidden.T.dot(delta)
        self.db2 = delta.sum(axis=0)[np.newaxis]
        delta = delta.dot(self.W2.T) * self.hidden * (1 - self.hidden)
        self.dW1 = self.inputs.T.dot(delta)
        self.db1 = delta.sum(axis=0)[np.newaxis]
