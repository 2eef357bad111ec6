# expect: correct
"""Coursera-style network: the bias weights are the first column of Theta."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_gradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def add_bias(a):
    return np.hstack([np.ones((a.shape[0], 1)), a])


def forward(X, theta1, theta2):
    a1 = add_bias(X)
    z2 = a1 @ theta1.T
    a2 = add_bias(sigmoid(z2))
    z3 = a2 @ theta2.T
    h = sigmoid(z3)
    return a1, z2, a2, z3, h


def cost(X, y, theta1, theta2):
    m = X.shape[0]
    h = forward(X, theta1, theta2)[-1]
    return np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h)) / m


def backprop(X, y, theta1, theta2):
    m = X.shape[0]
    a1, z2, a2, z3, h = forward(X, theta1, theta2)
    d3 = h - y
    d2 = (d3 @ theta2[:, 1:]) * sigmoid_gradient(z2)
    theta1_grad = d2.T @ a1 / m
    theta2_grad = d3.T @ a2 / m
    return theta1_grad, theta2_grad


def train(X, y, theta1, theta2, alpha=0.5, iterations=400):
    costs = []
    for i in range(iterations):
        g1, g2 = backprop(X, y, theta1, theta2)
        theta1 = theta1 - alpha * g1
        theta2 = theta2 - alpha * g2
        costs.append(cost(X, y, theta1, theta2))
    return theta1, theta2, costs
