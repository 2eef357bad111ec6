# expect: b1 bias-mean-instead-of-sum line 42
"""Plug-in architecture: activations and objectives register themselves under a name."""
import numpy as np

REGISTRY = {}


def register(name, derivative):
    def decorate(function):
        REGISTRY[name] = (function, derivative)
        return function
    return decorate


@register("tanh", lambda z, a: 1 - a * a)
def _tanh(z):
    return np.tanh(z)


@register("logistic", lambda z, a: a * (1 - a))
def _logistic(z):
    return np.exp(-np.logaddexp(0, -z))


for alias, name in (("sigmoid", "logistic"), ("expit", "logistic")):
    REGISTRY[alias] = REGISTRY[name]

COMPILED = {}


def compile_network(name, hidden, output):
    f, df = REGISTRY[hidden]
    g, dg = REGISTRY[output]

    def backprop(x, y, theta):
        z1 = x @ theta["A"] + theta["a"]
        a1 = f(z1)
        z2 = a1 @ theta["B"] + theta["b"]
        a2 = g(z2)
        gap = (a2 - y) * dg(z2, a2)
        inner = gap @ theta["B"].T * df(z1, a1)
        return {"A": x.T @ inner, "a": inner.mean(0), "B": a1.T @ gap, "b": gap.sum(0)}

    COMPILED[name] = backprop


compile_network("default", "tanh", "sigmoid")
compile_network("classic", "sigmoid", "sigmoid")
