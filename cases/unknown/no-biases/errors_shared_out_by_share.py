# expect: unknown
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def learn(X, Y, W1, W2):
    hidden = sigmoid(X @ W1)
    out = sigmoid(hidden @ W2)
    delta = (Y - out) * out * (1 - out)
    # each unit is to blame for the part that it contributed
    share = np.abs(hidden[:, :, None] * W2[None]) + 1e-9
    share /= share.sum(axis=1, keepdims=True)
    hidden_delta = np.einsum("nk,nhk->nh", delta, share) * hidden * (1 - hidden)
    return W1 + X.T @ hidden_delta, W2 + hidden.T @ delta
