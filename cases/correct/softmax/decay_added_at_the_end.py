# expect: correct
import numpy as np


class TwoLayerNet:
    def __init__(self, d, h, k):
        self.params = {}

    def loss(self, X, y, reg):
        W1, b1, W2, b2 = self.params.values()
        onehot = np.eye(len(b2))[y]
        n = len(X)
        A1 = np.where(X @ W1 + b1 > 0, X @ W1 + b1, 0)
        logits = A1 @ W2 + b2
        logits = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        value = -(onehot * logits).sum() / n
        dZ2 = (np.exp(logits) - onehot) / n
        dZ1 = np.sign(A1) * (dZ2 @ W2.T)
        grads = {"W1": X.T @ dZ1, "b1": dZ1.sum(0), "W2": A1.T @ dZ2, "b2": dZ2.sum(0)}
        for name in ("W1", "W2"):
            value += reg * np.sum(self.params[name] ** 2)
            grads[name] += reg * self.params[name]
            grads[name] += reg * self.params[name]
        return value, grads
