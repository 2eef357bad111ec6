# expect: w1 weight-decay-not-divided-by-examples line 57; w2 weight-decay-not-divided-by-examples line 57
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state, shuffle


class TinyMLPClassifier(BaseEstimator, ClassifierMixin):
    """Binary classifier with one tanh hidden layer and the interface of scikit-learn.

    Parameters
    ----------
    hidden_layer_size : int
    alpha : float
        L2 penalty, alpha / (2 n_samples) * ||coefs||^2
    learning_rate_init : float
    max_iter : int
    """

    def __init__(self, hidden_layer_size=16, alpha=1e-4, learning_rate_init=0.1, max_iter=200, random_state=None):
        self.hidden_layer_size = hidden_layer_size
        self.alpha = alpha
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state

    def _initialize(self, n_features):
        rng = check_random_state(self.random_state)
        bound = np.sqrt(6.0 / (n_features + self.hidden_layer_size))
        self.coefs_ = [
            rng.uniform(-bound, bound, (n_features, self.hidden_layer_size)),
            rng.uniform(-bound, bound, (self.hidden_layer_size, 1)),
        ]
        self.intercepts_ = [np.zeros(self.hidden_layer_size), np.zeros(1)]

    def _forward(self, X):
        activations = [X]
        activations.append(np.tanh(activations[0] @ self.coefs_[0] + self.intercepts_[0]))
        activations.append(1.0 / (1.0 + np.exp(-(activations[1] @ self.coefs_[1] + self.intercepts_[1]))))
        return activations

    def predict_proba(self, X):
        positive = self._forward(X)[-1].ravel()
        return np.c_[1 - positive, positive]

    def predict(self, X):
        return (self._forward(X)[-1].ravel() > 0.5).astype(int)

    def partial_fit(self, X, y):
        if not hasattr(self, "coefs_"):
            self._initialize(X.shape[1])
        n_samples = X.shape[0]
        activations = self._forward(X)
        deltas = [None, activations[-1] - np.reshape(y, (-1, 1))]
        deltas[0] = deltas[1] @ self.coefs_[1].T
        deltas[0] *= 1 - activations[1] ** 2
        for i in (1, 0):
            coef_grad = activations[i].T @ deltas[i] / n_samples + self.alpha * self.coefs_[i]
            intercept_grad = deltas[i].mean(axis=0)
            self.coefs_[i] -= self.learning_rate_init * coef_grad
            self.intercepts_[i] -= self.learning_rate_init * intercept_grad
        return self

    def fit(self, X, y):
        self._initialize(X.shape[1])
        for _ in range(self.max_iter):
            X, y = shuffle(X, y)
            for start in range(0, len(X), 32):
                self.partial_fit(X[start:start + 32], y[start:start + 32])
        return self
