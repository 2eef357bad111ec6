# expect: correct
import numpy as np
history = []
class Layer:
    count = 0
    def __init__(self, w, b): self.w, self.b = w, b; Layer.count += 1; self.id = Layer.count
    def __rshift__(self, other): return Chain([self, other])
    def __call__(self, x): self.x = x; self.y = 1/(1+np.exp(-(x @ self.w + self.b))); history.append(self.y); return self.y
    def __lshift__(self, g):
        g = g*self.y*(1-self.y); self.gw = self.x.T @ g; self.gb = g.sum(0); return g @ self.w.T
class Chain:
    def __init__(self, ls): self.ls = ls
    def __matmul__(self, x):
        for l in self.ls: x = l(x)
        return x
    def __sub__(self, g):
        for l in self.ls[::-1]: g = l << g
