# expect: correct
import numpy as np


class MLP:
    def __init__(self, inputs, hidden, outputs, seed=7):
        np.random.seed(seed)
        self.w_hidden = np.random.normal(size=(inputs, hidden))
        self.w_output = np.random.normal(size=(hidden, outputs))
        self.b_output = np.zeros(outputs)
        self.history = []

    def fit(self, X, Y, epochs=1000, rate=0.1):
        for epoch in range(epochs):
            hidden = 1 / (1 + np.exp(-X.dot(self.w_hidden)))
            output = 1 / (1 + np.exp(-(hidden.dot(self.w_output) + self.b_output)))
            self.history.append(0.5 * np.sum((output - Y) ** 2))
            d_output = (output - Y) * output * (1 - output)
            d_hidden = d_output.dot(self.w_output.T) * hidden * (1 - hidden)
            self.w_output = self.w_output - rate * hidden.T.dot(d_output)
            self.b_output = self.b_output - rate * d_output.sum(axis=0)
            self.w_hidden = self.w_hidden - rate * X.T.dot(d_hidden)
            if epoch % 100 == 0:
                print(epoch, self.history[-1])
