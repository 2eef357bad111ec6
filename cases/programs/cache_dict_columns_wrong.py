# expect: b1 bias-summed-over-wrong-axis line 50
"""Planar data classification with one hidden layer, programming exercise."""
import numpy as np
import matplotlib.pyplot as plt


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def layer_sizes(X, Y, n_h=4):
    return X.shape[0], n_h, Y.shape[0]


def initialize(n_x, n_h, n_y):
    np.random.seed(2)
    return {
        "W1": np.random.randn(n_h, n_x) * 0.01,
        "b1": np.zeros((n_h, 1)),
        "W2": np.random.randn(n_y, n_h) * 0.01,
        "b2": np.zeros((n_y, 1)),
    }


def forward_pass(X, params):
    Z1 = params["W1"].dot(X) + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"].dot(A1) + params["b2"]
    A2 = sigmoid(Z2)
    assert A2.shape == (params["W2"].shape[0], X.shape[1])
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def cost_of(A2, Y):
    m = Y.shape[1]
    logprobs = Y * np.log(A2) + (1 - Y) * np.log(1 - A2)
    return float(-np.sum(logprobs) / m)


def backward_pass(params, cache, X, Y):
    m = X.shape[1]
    W2 = params["W2"]
    A1, A2 = cache["A1"], cache["A2"]

    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update(params, grads, lr=1.2):
    return {key: params[key] - lr * grads["d" + key] for key in params}


def nn_model(X, Y, n_h, steps=10000, print_cost=False):
    n_x, _, n_y = layer_sizes(X, Y)
    params = initialize(n_x, n_h, n_y)
    for i in range(steps):
        A2, cache = forward_pass(X, params)
        grads = backward_pass(params, cache, X, Y)
        params = update(params, grads)
        if print_cost and i % 1000 == 0:
            print("Cost after iteration %i: %f" % (i, cost_of(A2, Y)))
    return params


if __name__ == "__main__":
    rng = np.random.RandomState(1)
    X = rng.randn(2, 400)
    Y = (X[:1] * X[1:] > 0).astype(int)
    trained = nn_model(X, Y, 4, print_cost=True)
    plt.scatter(X[0], X[1], c=Y.ravel())
    plt.show()
