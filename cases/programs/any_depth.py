# expect: correct
import numpy as np


class DeepNeuralNetwork:
    """A network of any depth; here used with one hidden layer."""

    def __init__(self, layer_dims, learning_rate=0.1):
        self.parameters = {}
        self.L = len(layer_dims) - 1
        self.lr = learning_rate
        for l in range(1, len(layer_dims)):
            self.parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
            self.parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))

    def forward(self, X):
        self.cache = {'A0': X}
        A = X
        for l in range(1, self.L + 1):
            Z = np.dot(self.parameters['W' + str(l)], A) + self.parameters['b' + str(l)]
            A = np.tanh(Z) if l < self.L else 1 / (1 + np.exp(-Z))
            self.cache['A' + str(l)] = A
        return A

    def backward(self, Y):
        m = Y.shape[1]
        self.grads = {}
        dZ = self.cache['A' + str(self.L)] - Y
        for l in reversed(range(1, self.L + 1)):
            self.grads['dW' + str(l)] = np.dot(dZ, self.cache['A' + str(l - 1)].T) / m
            self.grads['db' + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
            if l > 1:
                dZ = np.dot(self.parameters['W' + str(l)].T, dZ) * (1 - self.cache['A' + str(l - 1)] ** 2)

    def update(self):
        for l in range(1, self.L + 1):
            self.parameters['W' + str(l)] -= self.lr * self.grads['dW' + str(l)]
            self.parameters['b' + str(l)] -= self.lr * self.grads['db' + str(l)]

    def train(self, X, Y, iterations=1000):
        for i in range(iterations):
            A = self.forward(X)
            cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
            self.backward(Y)
            self.update()
            if i % 100 == 0:
                print(f"Cost after iteration {i}: {cost:.4f}")
