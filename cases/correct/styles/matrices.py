# expect: correct
import numpy as np


class Brain:
    def __init__(self, w_ih, b_h, w_ho, b_o):
        self.w_ih, self.b_h = np.matrix(w_ih), np.matrix(b_h)
        self.w_ho, self.b_o = np.matrix(w_ho), np.matrix(b_o)

    def learn(self, inputs, targets, rate):
        inputs, targets = np.matrix(inputs), np.matrix(targets)
        hidden = 1 / (1 + np.exp(-(self.w_ih * inputs + self.b_h)))
        outputs = 1 / (1 + np.exp(-(self.w_ho * hidden + self.b_o)))

        gradient = np.multiply(outputs - targets, np.multiply(outputs, 1 - outputs))
        hidden_gradient = np.multiply(self.w_ho.T * gradient, np.multiply(hidden, 1 - hidden))

        self.w_ho = self.w_ho - rate * gradient * hidden.T
        self.b_o = self.b_o - rate * gradient.sum(axis=1)
        self.w_ih = self.w_ih - rate * hidden_gradient * inputs.T
        self.b_h = self.b_h - rate * hidden_gradient.sum(axis=1)
