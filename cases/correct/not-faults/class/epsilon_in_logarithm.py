# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.X = X
        self.A1 = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.A2 = 1 / (1 + np.exp(-(self.A1 @ self.W2 + self.b2)))

    def cost(self, Y, epsilon=1e-5):
        # for printing only, so that log never sees a zero
        return -np.mean(np.sum(Y * np.log(self.A2 + epsilon) + (1 - Y) * np.log(1 - self.A2 + epsilon), axis=1))

    def backward(self, Y):
        m = self.X.shape[0]
        dZ2 = self.A2 - Y
        self.dW2 = 1 / m * self.A1.T @ dZ2
        self.db2 = 1 / m * np.sum(dZ2, axis=0, keepdims=True)
        dZ1 = np.multiply(dZ2 @ self.W2.T, self.A1 * (1 - self.A1))
        self.dW1 = 1 / m * self.X.T @ dZ1
        self.db1 = 1 / m * np.sum(dZ1, axis=0, keepdims=True)
