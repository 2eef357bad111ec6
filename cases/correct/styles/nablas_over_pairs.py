# expect: correct
import random

import numpy as np


class Network(object):
    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def train(self, data, epochs, size, eta):
        for _ in range(epochs):
            random.shuffle(data)
            for i in range(0, len(data), size):
                self.update_mini_batch(data[i:i + size], eta)

    def update_mini_batch(self, batch, eta):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            grad_b, grad_w = self.gradient_of(x, y)
            sum_b = [s + g for s, g in zip(sum_b, grad_b)]
            sum_w = [s + g for s, g in zip(sum_w, grad_w)]
        self.weights = [w - (eta / len(batch)) * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - (eta / len(batch)) * s for b, s in zip(self.biases, sum_b)]

    def gradient_of(self, x, y):
        acts, zs = [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w.dot(acts[-1]) + b)
            acts.append(sigmoid(zs[-1]))
        delta = (acts[-1] - y) * sigmoid_prime(zs[-1])
        grad_b, grad_w = [delta], [delta.dot(acts[-2].T)]
        for layer in range(2, len(self.sizes)):
            delta = self.weights[-layer + 1].T.dot(delta) * sigmoid_prime(zs[-layer])
            grad_b.insert(0, delta)
            grad_w.insert(0, delta.dot(acts[-layer - 1].T))
        return grad_b, grad_w


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
