# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def backprop(self, x, y):
        """Gradients for a single training input."""
        h = 1 / (1 + np.exp(-(self.W1.T @ x + self.b1[0])))
        o = 1 / (1 + np.exp(-(self.W2.T @ h + self.b2[0])))
        d2 = (o - y) * o * (1 - o)
        d1 = (self.W2 @ d2) * h * (1 - h)
        return np.outer(x, d1), d1, np.outer(h, d2), d2

    def train(self, X, Y, eta):
        total = [0, 0, 0, 0]
        for x, y in zip(X, Y):
            total = [t + g for t, g in zip(total, self.backprop(x, y))]
        self.W1 = self.W1 - eta / len(X) * total[0]
        self.b1 = self.b1 - eta / len(X) * total[1]
        self.W2 = self.W2 - eta / len(X) * total[2]
        self.b2 = self.b2 - eta / len(X) * total[3]
