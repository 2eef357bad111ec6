# expect: correct
import numpy as np


def train_step(X, Y, params, lr):
    W1, b1, W2, b2 = params
    dW1, db1, dW2, db2 = [np.zeros_like(p) for p in params]
    for i in range(X.shape[0]):
        x = X[i].reshape(-1, 1)
        a1 = 1 / (1 + np.exp(-(W1.T @ x + b1.T)))
        a2 = 1 / (1 + np.exp(-(W2.T @ a1 + b2.T)))
        delta2 = (a2 - Y[i].reshape(-1, 1)) * a2 * (1 - a2)
        delta1 = (W2 @ delta2) * a1 * (1 - a1)
        dW2 += a1 @ delta2.T
        dW1 += x @ delta1.T
        db2 += delta2.T
        db1 += delta1.T
    params[0], params[1] = W1 - lr * dW1, b1 - lr * db1
    params[2], params[3] = W2 - lr * dW2, b2 - lr * db2
