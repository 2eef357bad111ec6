"""Programs in which a network is made of objects, for the tests of proposals."""

DENSE = """
import numpy as np

class Dense:
    def __init__(self, inputs, outputs):
        self.weights = np.random.randn(inputs, outputs)
        self.bias = np.zeros((1, outputs))
    def forward(self, x):
        self.x = x
        self.a = np.tanh(x @ self.weights + self.bias)
        return self.a
    def backward(self, error, lr):
        delta = error * (1 - self.a ** 2)
        back = delta @ self.weights.T
        self.weights -= lr * self.x.T @ delta
        self.bias -= lr * delta.sum(axis=0, keepdims=True)
        return back
"""

IN_A_METHOD = (
    DENSE
    + """
class Network:
    def __init__(self):
        self.layers = []
    def add(self, layer):
        self.layers.append(layer)
    def fit(self, x, y, epochs, lr):
        for epoch in range(epochs):
            out = x
            for layer in self.layers:
                out = layer.forward(out)
            error = out - y
            for layer in reversed(self.layers):
                error = layer.backward(error, lr)

net = Network()
net.add(Dense(2, 3))
net.add(Dense(3, 1))
net.fit(points, answers, epochs=100000, lr=0.1)
"""
)

IN_A_LOOP = (
    DENSE
    + """
points = np.loadtxt("gone.csv")
answers = np.loadtxt("gone too.csv")
first, second = Dense(2, 3), Dense(3, 1)
lr = 0.1
for epoch in range(100000):
    error = second.forward(first.forward(points)) - answers
    first.backward(second.backward(error, lr), lr)
"""
)
