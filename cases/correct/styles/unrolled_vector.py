# expect: correct
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def nn_cost(nn_params, input_size, hidden_size, labels, X, Y, lam):
    split = hidden_size * (input_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_size, input_size + 1)
    Theta2 = nn_params[split:].reshape(labels, hidden_size + 1)
    m = X.shape[0]

    a1 = np.c_[np.ones(m), X]
    a2 = np.c_[np.ones(m), sigmoid(a1 @ Theta1.T)]
    a3 = sigmoid(a2 @ Theta2.T)
    J = -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    Delta1, Delta2 = np.zeros_like(Theta1), np.zeros_like(Theta2)
    for t in range(m):
        d3 = a3[t] - Y[t]
        d2 = (Theta2.T @ d3)[1:] * a2[t, 1:] * (1 - a2[t, 1:])
        Delta1 += np.outer(d2, a1[t])
        Delta2 += np.outer(d3, a2[t])
    grad1, grad2 = Delta1 / m, Delta2 / m
    grad1[:, 1:] += lam / m * Theta1[:, 1:]  # not the bias column
    grad2[:, 1:] += lam / m * Theta2[:, 1:]
    return J, np.concatenate([grad1.ravel(), grad2.ravel()])
