# expect: correct
import numpy as np


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def softmax(v):
    v = v - np.max(v, axis=1, keepdims=True)
    e = np.exp(v)
    return e / np.sum(e, axis=1, keepdims=True)


def linear_backward(delta, inputs, examples):
    weight_gradient = inputs.T @ delta / examples
    bias_gradient = np.sum(delta, axis=0, keepdims=True) / examples
    return weight_gradient, bias_gradient


class Net:
    def __init__(self, inputs, hidden, outputs):
        self.W1 = np.random.randn(inputs, hidden) * 0.1
        self.b1 = np.zeros((1, hidden))
        self.W2 = np.random.randn(hidden, outputs) * 0.1
        self.b2 = np.zeros((1, outputs))
        self.grads = {}
        self.history = []

    def forward(self, X):
        self.history = []
        pre = X @ self.W1 + self.b1
        act = sigmoid(pre)
        self.history.append((pre, act))
        pre = act @ self.W2 + self.b2
        act = softmax(pre)
        self.history.append((pre, act))
        return act

    def backward(self, X, Y):
        examples = len(X)
        probabilities = self.history[-1][1]
        delta = probabilities.copy()
        delta[np.arange(examples), np.argmax(Y, axis=1)] -= 1
        hidden = self.history[0][1]
        self.grads["W2"], self.grads["b2"] = linear_backward(delta, hidden, examples)
        delta = delta @ self.W2.T
        delta = delta * hidden * (1 - hidden)
        self.grads["W1"], self.grads["b1"] = linear_backward(delta, X, examples)
        return self.grads
