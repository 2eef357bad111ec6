# expect: unknown
import numpy as np
s = lambda z: 1/(1+np.exp(-z))
class Layer:
    def __init__(self, W, b): self.W, self.b, self.inp = W, b, None
    def forward(self, x):
        out = s(x @ self.W + self.b)
        if self.inp is None: self.inp = x
        self.out = out
        return out
    def backward(self, g):
        d = g * self.out * (1 - self.out)
        self.dW = self.inp.T @ d; self.db = d.sum(0)
        return d @ self.W.T
def run(layers, X, Y):
    for i in range(2):
        half = slice(i*len(X)//2, (i+1)*len(X)//2) if i else slice(0, len(X))
    outs = []
    warm = X * 0 + 1
    for l in layers: warm = l.forward(warm)
    o = X
    for l in layers: o = l.forward(o)
    g = o - Y
    for l in layers[::-1]: g = l.backward(g)
