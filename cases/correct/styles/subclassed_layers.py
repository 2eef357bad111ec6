# expect: correct
import numpy as np


class Layer:
    def forward(self, input):
        raise NotImplementedError

    def backward(self, output_gradient):
        raise NotImplementedError


class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient):
        self.weights_gradient = np.dot(output_gradient, self.input.T)
        self.bias_gradient = np.sum(output_gradient, axis=1, keepdims=True)
        return np.dot(self.weights.T, output_gradient)


class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation, self.activation_prime = activation, activation_prime

    def forward(self, input):
        self.input = input
        return self.activation(self.input)

    def backward(self, output_gradient):
        return np.multiply(output_gradient, self.activation_prime(self.input))


class Tanh(Activation):
    def __init__(self):
        super().__init__(np.tanh, lambda x: 1 - np.tanh(x) ** 2)


class Sigmoid(Activation):
    def __init__(self):
        def sigmoid(x):
            return 1 / (1 + np.exp(-x))
        super().__init__(sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x)))


def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / len(y_true)


def train_once(network, x, y):
    output = x
    for layer in network:
        output = layer.forward(output)
    grad = mse_prime(y, output)
    for layer in reversed(network):
        grad = layer.backward(grad)
