# expect: correct
"""Entry point of the submission; the work is done in the modules beside it."""
from layers import FullyConnected, activation
from losses import squared
from helpers.timing import timed


class Net:
    def __init__(self, layers, objective=squared):
        self.layers = layers
        self.objective = objective

    @timed
    def run(self, x):
        for layer in self.layers:
            x = layer.run(x)
        return x

    @timed
    def train(self, x, y, rate):
        value, signal = self.objective(self.run(x), y)
        for layer in reversed(self.layers):
            signal = layer.learn(signal, rate)
        return value


def build(n_in, n_hidden, n_out):
    return Net([FullyConnected(n_in, n_hidden), activation("relu"), FullyConnected(n_hidden, n_out), activation("sigmoid")])
