# expect: correct
import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2):
        self.p = (W1, b1, W2, b2)

    def forward(self, X):
        W1, b1, W2, b2 = self.p
        self.X = X
        self.h = 1 / (1 + np.exp(-(np.einsum("ni,ij->nj", X, W1) + b1)))
        self.o = 1 / (1 + np.exp(-(np.einsum("ni,ij->nj", self.h, W2) + b2)))

    def backward(self, Y):
        e = (self.o - Y) * self.o * (1 - self.o)
        f = np.einsum("no,ho,nh->nh", e, self.p[2], self.h * (1 - self.h))
        self.dW1, self.db1 = np.einsum("ni,nj->ij", self.X, f), np.einsum("nj->j", f)[None]
        self.dW2, self.db2 = np.einsum("ni,nj->ij", self.h, e), np.einsum("nj->j", e)[None]
