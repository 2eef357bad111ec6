# expect: correct
import numpy as np


class Network:
    def __init__(self, theta1, theta2):
        self.theta1, self.theta2 = theta1, theta2

    def forward(self, X):
        ones = np.ones(len(X))
        self.a1 = np.column_stack([X, ones])
        self.a2 = np.column_stack([1 / (1 + np.exp(-self.a1 @ self.theta1.T)), ones])
        self.a3 = 1 / (1 + np.exp(-self.a2 @ self.theta2.T))

    def backward(self, Y):
        d3 = (self.a3 - Y) * self.a3 * (1 - self.a3)
        # the slope of the constant column is 1 * (1 - 1) = 0, then the column goes
        d2 = (d3 @ self.theta2 * self.a2 * (1 - self.a2))[:, :-1]
        self.G1 = d2.T @ self.a1
        self.G2 = d3.T @ self.a2
