# expect: w2 gradient-truncated-to-integers line 9
import numpy as np


class Model:
    def __init__(self, *parameters):
        self.W1, self.b1, self.W2, self.b2 = parameters
        self.dW1 = np.zeros_like(self.W1)
        self.dW2 = np.zeros(self.W2.shape, dtype=int)

    def forward(self, X):
        self.inputs = X
        self.hidden = np.clip(X @ self.W1 + self.b1, 0, None)
        self.output = self.hidden @ self.W2 + self.b2

    def backward(self, Y):
        error = self.output - Y
        self.dW2[:] = self.hidden.T @ error
        self.db2 = error.sum(axis=0, keepdims=True)
        error = (error @ self.W2.T) * np.sign(self.hidden)
        self.dW1[:] = self.inputs.T @ error
        self.db1 = error.sum(axis=0, keepdims=True)
