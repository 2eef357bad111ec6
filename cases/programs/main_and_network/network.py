import numpy as np

from activations import logistic, logistic_prime


class NeuralNetwork:
    def __init__(self, num_inputs, num_hidden, num_outputs):
        self.W_ih = np.random.normal(size=(num_hidden, num_inputs))
        self.b_h = np.zeros((num_hidden, 1))
        self.W_ho = np.random.normal(size=(num_outputs, num_hidden))
        self.b_o = np.zeros((num_outputs, 1))

    def feed_forward(self, batch):
        self.x = batch.T
        self.z_h = self.W_ih @ self.x + self.b_h
        self.a_h = logistic(self.z_h)
        self.z_o = self.W_ho @ self.a_h + self.b_o
        return logistic(self.z_o).T

    def gradients(self, output, target):
        n = len(target)
        delta_o = (output - target).T * logistic_prime(self.z_o)
        delta_h = self.W_ho.T @ delta_o * logistic_prime(self.z_h)
        return (
            delta_h @ self.x.T / n,
            delta_h.mean(axis=1, keepdims=True),
            delta_o @ self.a_h.T / n,
            delta_o.mean(axis=1, keepdims=True),
        )

    def train(self, inputs, targets, iterations, eta):
        history = []
        for _ in range(iterations):
            output = self.feed_forward(inputs)
            history.append(((output - targets) ** 2).sum() / (2 * len(targets)))
            dW_ih, db_h, dW_ho, db_o = self.gradients(output, targets)
            self.W_ih -= eta * dW_ih
            self.b_h -= eta * db_h
            self.W_ho -= eta * dW_ho
            self.b_o -= eta * db_o
        return history
