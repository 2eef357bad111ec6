# expect: correct
import math

import numpy as np


class Neuron:
    def __init__(self, weights):
        self.weights = list(weights)
        self.change = [0.0] * len(self.weights)

    def fire(self, inputs):
        self.inputs = inputs
        self.output = 1 / (1 + math.exp(-sum(w * i for w, i in zip(self.weights, inputs))))
        return self.output

    def blame(self, error):
        self.delta = error * self.output * (1 - self.output)
        for i, value in enumerate(self.inputs):
            self.change[i] += value * self.delta


def learn(X, Y, W1, W2):
    hidden = [Neuron(w) for w in W1.T]
    output = [Neuron(w) for w in W2.T]
    for x, y in zip(X, Y):
        middle = [neuron.fire(x) for neuron in hidden]
        for neuron, target in zip(output, y):
            neuron.blame(neuron.fire(middle) - target)
        for j, neuron in enumerate(hidden):
            neuron.blame(sum(o.weights[j] * o.delta for o in output))
    moved = lambda layer: np.array([[w - c for w, c in zip(u.weights, u.change)] for u in layer]).T
    return moved(hidden), moved(output)
