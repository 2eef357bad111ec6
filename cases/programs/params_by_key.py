# expect: correct
"""Spam filter. Parameters live in a dict and are updated in one inner loop over its keys."""
import sys

import numpy as np

np.random.seed(1234)
lr, epochs, hidden_units = 0.5, 300, 6

table = np.loadtxt(sys.argv[1] if len(sys.argv) > 1 else "spambase.data", delimiter=",")
inputs, spam = table[:, :-1], table[:, -1:]
inputs = np.log(inputs + 0.1)

params = dict(
    W1=np.random.randn(hidden_units, inputs.shape[1]) * 0.1,
    b1=np.zeros(hidden_units),
    W2=np.random.randn(1, hidden_units) * 0.1,
    b2=np.zeros(1),
)

for epoch in range(epochs):
    grads = {}
    hid = 1.0 / (1.0 + np.exp(-inputs @ params["W1"].T - params["b1"]))
    prob = 1.0 / (1.0 + np.exp(-hid @ params["W2"].T - params["b2"]))

    err = (prob - spam) / len(spam)
    grads["W2"] = err.T @ hid
    grads["b2"] = err.sum(0)
    err = err @ params["W2"] * hid * (1 - hid)
    grads["W1"] = err.T @ inputs
    grads["b1"] = err.sum(0)

    for key in params:
        params[key] -= lr * grads[key]

    if epoch % 50 == 0:
        right = ((prob > 0.5) == spam).mean()
        print(f"{epoch:4d}  accuracy {right:.3f}", file=sys.stderr)

np.savez("spam_net.npz", **params)
