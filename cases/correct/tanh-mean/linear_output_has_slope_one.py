# expect: correct
import numpy as np


def linear_derivative(z):
    return np.ones_like(z)


def tanh_derivative(a):
    return 1.0 - np.square(a)


def backprop(p, X, Y):
    a1 = np.tanh(X.dot(p["W1"]) + p["b1"])
    z2 = a1.dot(p["W2"]) + p["b2"]
    delta = np.full(Y.shape, 2.0 / Y.size) * (z2 - Y) * linear_derivative(z2)
    gradients = {"W2": a1.T.dot(delta), "b2": delta.sum(0)}
    delta = delta.dot(p["W2"].T) * tanh_derivative(a1)
    gradients.update(W1=X.T.dot(delta), b1=delta.sum(0))
    return gradients
