# expect: correct
"""A toy framework with the interface of a big one: parameters carry `.grad`, the loss starts the backward pass."""
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class Linear:
    def __init__(self, n_in, n_out, bias=True):
        bound = 1 / np.sqrt(n_in)
        self.weight = Parameter(np.random.uniform(-bound, bound, (n_out, n_in)))
        self.bias = Parameter(np.random.uniform(-bound, bound, n_out)) if bias else None

    def forward(self, x):
        self.x = x
        out = x @ self.weight.data.T
        return out if self.bias is None else out + self.bias.data

    def backward(self, g):
        self.weight.grad = g.T @ self.x
        if self.bias is not None:
            self.bias.grad = g.sum(axis=0)
        return g @ self.weight.data

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, g):
        return g * self.y * (1 - self.y)

    def parameters(self):
        return []


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, g):
        for layer in self.layers[::-1]:
            g = layer.backward(g)
        return g

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


class MSELoss:
    def __call__(self, model, x, target):
        self.model = model
        self.diff = model.forward(x) - target
        return (self.diff ** 2).mean()

    def backward(self):
        self.model.backward(2 * self.diff / self.diff.size)


class Optimizer:
    def __init__(self, parameters, lr):
        self.parameters, self.lr = parameters, lr

    def step(self):
        for p in self.parameters:
            p.data -= self.lr * p.grad
