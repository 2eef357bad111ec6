# expect: b1 bias-summed-over-wrong-axis line 39
import numpy as np


class SimpleNN:
    """input -> hidden (sigmoid) -> output (sigmoid), mean squared error"""

    def __init__(self, input_size: int, hidden_size: int, output_size: int, learning_rate: float = 0.01):
        self.lr = learning_rate
        self.weights_input_hidden = np.random.randn(input_size, hidden_size)
        self.weights_hidden_output = np.random.randn(hidden_size, output_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.bias_output = np.zeros((1, output_size))

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def feedforward(self, X):
        self.hidden_activation = np.dot(X, self.weights_input_hidden) + self.bias_hidden
        self.hidden_output = self.sigmoid(self.hidden_activation)
        self.output_activation = np.dot(self.hidden_output, self.weights_hidden_output) + self.bias_output
        self.predicted_output = self.sigmoid(self.output_activation)
        return self.predicted_output

    def backward(self, X, y):
        n = y.shape[0]
        output_error = 2 * (self.predicted_output - y) / n
        output_delta = output_error * self.sigmoid_derivative(self.predicted_output)

        hidden_error = np.dot(output_delta, self.weights_hidden_output.T)
        hidden_delta = hidden_error * self.sigmoid_derivative(self.hidden_output)

        self.grad_W2 = np.dot(self.hidden_output.T, output_delta)
        self.grad_b2 = np.sum(output_delta, axis=0, keepdims=True)
        self.grad_W1 = np.dot(X.T, hidden_delta)
        self.grad_b1 = np.sum(hidden_delta, axis=1, keepdims=True)

    def update(self):
        self.weights_hidden_output -= self.lr * self.grad_W2
        self.bias_output -= self.lr * self.grad_b2
        self.weights_input_hidden -= self.lr * self.grad_W1
        self.bias_hidden -= self.lr * self.grad_b1

    def train(self, X, y, epochs):
        for epoch in range(epochs):
            self.feedforward(X)
            self.backward(X, y)
            self.update()
            if epoch % 4000 == 0:
                loss = np.mean(np.square(y - self.predicted_output))
                print(f"Epoch {epoch}, Loss:{loss}")


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

nn = SimpleNN(input_size=2, hidden_size=4, output_size=1)
nn.train(X, y, epochs=10000)
print(nn.feedforward(X))
