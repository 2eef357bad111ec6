# expect: correct
import numpy as np


class Tensor:
    tape = []

    def __init__(self, value):
        self.value = np.asarray(value, dtype=float)
        self.grad = np.zeros_like(self.value)

    def _then(self, value, back):
        out = Tensor(value)
        Tensor.tape.append(lambda: back(out.grad))
        return out

    def __matmul__(self, other):
        def back(g):
            self.grad += g @ other.value.T
            other.grad += self.value.T @ g
        return self._then(self.value @ other.value, back)

    def __add__(self, row):
        def back(g):
            self.grad += g
            row.grad += g.sum(axis=0, keepdims=True)
        return self._then(self.value + row.value, back)

    def sigmoid(self):
        a = 1 / (1 + np.exp(-self.value))
        def back(g):
            self.grad += g * a * (1 - a)
        return self._then(a, back)


def backward(X, Y, W1, b1, W2, b2):
    Tensor.tape = []
    x, w1, c1, w2, c2 = (Tensor(v) for v in (X, W1, b1, W2, b2))
    out = ((x @ w1 + c1).sigmoid() @ w2 + c2).sigmoid()
    out.grad += out.value - Y
    for back in reversed(Tensor.tape):
        back()
    return w1.grad, c1.grad, w2.grad, c2.grad
