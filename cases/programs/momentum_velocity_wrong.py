# expect: slope1 derivative-applied-twice line 28
import numpy as np


class MomentumNet:
    """Two tanh layers, squared error, heavy-ball momentum. Weights include the bias as their last row."""

    def __init__(self, n_in, n_hid, n_out, eta=0.01, mu=0.9):
        self.V = np.random.randn(n_in + 1, n_hid) * 0.1
        self.W = np.random.randn(n_hid + 1, n_out) * 0.1
        self.vel_V = np.zeros_like(self.V)
        self.vel_W = np.zeros_like(self.W)
        self.eta, self.mu = eta, mu

    @staticmethod
    def _augment(a):
        return np.hstack([a, np.ones((a.shape[0], 1))])

    def forward(self, X):
        self.Xa = self._augment(X)
        self.Ha = self._augment(np.tanh(self.Xa @ self.V))
        self.out = self.Ha @ self.W
        return self.out

    def backward(self, T):
        d_out = self.out - T
        d_hid = (d_out @ self.W.T)[:, :-1]
        d_hid *= (1.0 - self.Ha[:, :-1] ** 2) ** 2
        self.vel_W = self.mu * self.vel_W - self.eta * (self.Ha.T @ d_out)
        self.vel_V = self.mu * self.vel_V - self.eta * (self.Xa.T @ d_hid)
        self.W += self.vel_W
        self.V += self.vel_V

    def fit(self, X, T, epochs=500):
        for epoch in range(epochs):
            self.forward(X)
            self.backward(T)
            if epoch % 50 == 0:
                print(epoch, 0.5 * ((self.out - T) ** 2).sum())
