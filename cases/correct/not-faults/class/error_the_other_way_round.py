# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def predict(self, X):
        self.hidden = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return 1 / (1 + np.exp(-(self.hidden @ self.W2 + self.b2)))

    def train(self, X, Y, lr):
        output = self.predict(X)
        error = Y - output
        delta = error * output * (1 - output)
        hidden_error = delta.dot(self.W2.T)
        hidden_delta = hidden_error * self.hidden * (1 - self.hidden)
        self.W2 += self.hidden.T.dot(delta) * lr
        self.b2 += delta.sum(axis=0, keepdims=True) * lr
        self.W1 += X.T.dot(hidden_delta) * lr
        self.b1 += hidden_delta.sum(axis=0, keepdims=True) * lr
