# expect: correct
import numpy as np


class Value:
    """A number that remembers where it came from."""

    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = float(data), parents, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.data))
        return Value(s, ((self, s * (1 - s)),))

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for parent, _ in v.parents:
                    visit(parent)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            for parent, local in v.parents:
                parent.grad += v.grad * local


def wrap(A):
    return [[Value(a) for a in row] for row in A]


def grads(A):
    return np.array([[a.grad for a in row] for row in A])


def dense(rows, W, b):
    result = []
    for row in rows:
        out = []
        for j in range(len(W[0])):
            z = b[0][j]
            for i in range(len(W)):
                z = z + row[i] * W[i][j]
            out.append(z.sigmoid())
        result.append(out)
    return result


def backward(X, Y, W1, b1, W2, b2):
    X, Y, W1, b1, W2, b2 = map(wrap, (X, Y, W1, b1, W2, b2))
    out = dense(dense(X, W1, b1), W2, b2)
    loss = Value(0)
    for row, target in zip(out, Y):
        for o, t in zip(row, target):
            loss = loss + Value(0.5) * (o - t) * (o - t)
    loss.backward()
    return grads(W1), grads(b1), grads(W2), grads(b2)
