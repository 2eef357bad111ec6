# expect: correct
import numpy as np

sigmoid = lambda x: 1 / (1 + np.exp(-x))
dsigmoid = lambda x: x * (1 - x)


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    hidden = sigmoid(X @ W1 + b1)
    guess = sigmoid(hidden @ W2 + b2)
    slope = (guess - Y) * dsigmoid(guess)
    hidden_slope = (slope @ W2.T) * dsigmoid(hidden)
    W2 -= lr * (hidden.T @ slope)
    b2 -= lr * slope.sum(axis=0)
    W1 -= lr * (X.T @ hidden_slope)
    b1 -= lr * hidden_slope.sum(axis=0)
