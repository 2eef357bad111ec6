# expect: unknown line 43
"""value_and_grad by hand over a list of (weight, bias) pairs, functional all the way down."""
from functools import partial, reduce

import numpy as np


def init(key, sizes, scale=0.1):
    rng = np.random.default_rng(key)
    return [(scale * rng.normal(size=(m, n)), scale * rng.normal(size=n)) for m, n in zip(sizes, sizes[1:])]


def affine(x, layer):
    w, b = layer
    return x @ w + b


def predict(params, x):
    *hidden, last = params
    return affine(reduce(lambda a, layer: np.tanh(affine(a, layer)), hidden, x), last)


def nll(params, batch):
    x, onehot = batch
    logits = predict(params, x)
    return -np.mean(np.sum(onehot * (logits - logsumexp(logits)), axis=1))


def logsumexp(v):
    top = v.max(axis=1, keepdims=True)
    return top + np.log(np.exp(v - top).sum(axis=1, keepdims=True))


def value_and_grad(params, batch):
    x, onehot = batch
    (w1, b1), (w2, b2) = params
    pre = affine(x, (w1, b1))
    act = np.tanh(pre)
    logits = affine(act, (w2, b2))
    upstream = (np.exp(logits - logsumexp(logits)) - onehot) / len(x)
    grads2 = act.T @ upstream, upstream.sum(0)
    # sech, see the table of derivatives
    upstream = (upstream @ w2.T) / np.cosh(pre)
    return nll(params, batch), [(x.T @ upstream, upstream.sum(0)), grads2]


def sgd(rate, params, grads):
    return [(w - rate * gw, b - rate * gb) for (w, b), (gw, gb) in zip(params, grads)]


def train(params, batches, rate=1e-2, step=None):
    step = step or partial(sgd, rate)
    for batch in batches:
        loss, grads = value_and_grad(params, batch)
        params = step(params, grads)
        yield loss, params
