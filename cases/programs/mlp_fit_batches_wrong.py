# expect: b1 bias-mean-instead-of-sum line 53
"""Multi-layer perceptron with one hidden layer, trained with mini-batch SGD."""
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class MLPClassifier:

    def __init__(self, n_inputs, n_hidden, n_classes, seed=42):
        rng = np.random.RandomState(seed)
        self.params = {
            "W1": rng.randn(n_inputs, n_hidden) * np.sqrt(2.0 / n_inputs),
            "b1": np.zeros(n_hidden),
            "W2": rng.randn(n_hidden, n_classes) * np.sqrt(2.0 / n_hidden),
            "b2": np.zeros(n_classes),
        }
        self.history = []

    @staticmethod
    def relu(z):
        return np.maximum(0, z)

    @staticmethod
    def softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    def forward(self, X):
        z1 = X @ self.params["W1"] + self.params["b1"]
        a1 = self.relu(z1)
        z2 = a1 @ self.params["W2"] + self.params["b2"]
        a2 = self.softmax(z2)
        self.cache = (X, z1, a1, a2)
        return a2

    def loss(self, probs, y_onehot):
        n = y_onehot.shape[0]
        return -np.sum(y_onehot * np.log(probs + 1e-12)) / n

    def backward(self, y_onehot):
        X, z1, a1, a2 = self.cache
        n = X.shape[0]
        dz2 = (a2 - y_onehot) / n
        grads = {}
        grads["W2"] = a1.T @ dz2
        grads["b2"] = dz2.sum(axis=0)
        dz1 = (dz2 @ self.params["W2"].T) * (z1 > 0)
        grads["W1"] = X.T @ dz1
        grads["b1"] = dz1.mean(axis=0)
        return grads

    def fit(self, X, y, epochs=20, lr=0.1, batch_size=32, verbose=True):
        n = X.shape[0]
        one_hot = np.eye(self.params["b2"].size)[y]
        for epoch in range(epochs):
            start = time.time()
            idx = np.random.permutation(n)
            for i in range(0, n, batch_size):
                batch = idx[i:i + batch_size]
                probs = self.forward(X[batch])
                grads = self.backward(one_hot[batch])
                for key in self.params:
                    self.params[key] -= lr * grads[key]
            self.history.append(self.loss(self.forward(X), one_hot))
            if verbose:
                print(f"epoch {epoch:3d} loss {self.history[-1]:.4f} ({time.time() - start:.2f}s)")
        return self

    def predict(self, X):
        return np.argmax(self.forward(X), axis=1)


if __name__ == "__main__":
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(digits.data / 16.0, digits.target, test_size=0.2)
    model = MLPClassifier(64, 32, 10).fit(X_train, y_train)
    print("accuracy", (model.predict(X_test) == y_test).mean())
