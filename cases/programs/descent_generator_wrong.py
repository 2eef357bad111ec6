# expect: grad_a1 stale-weights line 24
"""Gradient descent as a generator: the caller decides when to stop."""
import itertools

import numpy as np


def squash(v):
    return 1 / (1 + np.exp(-v))


def descent(x, t, w1, b1, w2, b2, rate=0.5):
    """Yields (step, loss, gradients) for ever, updating the weights in between."""
    for step in itertools.count():
        h = squash(x @ w1 + b1)
        o = squash(h @ w2 + b2)
        loss = 0.5 * np.sum((o - t) ** 2)

        delta_o = (o - t) * o * (1 - o)
        g_w2 = h.T @ delta_o
        g_b2 = delta_o.sum(axis=0)
        w2 -= rate * g_w2
        b2 -= rate * g_b2
        delta_h = (delta_o @ w2.T) * h * (1 - h)
        g_w1 = x.T @ delta_h
        g_b1 = delta_h.sum(axis=0)
        w1 -= rate * g_w1
        b1 -= rate * g_b1

        yield step, loss, (g_w1, g_b1, g_w2, g_b2)


def fit(x, t, hidden=4, tolerance=1e-3, seed=3):
    rng = np.random.default_rng(seed)
    start = (rng.normal(size=(x.shape[1], hidden)), np.zeros(hidden),
             rng.normal(size=(hidden, t.shape[1])), np.zeros(t.shape[1]))
    for step, loss, _ in descent(x, t, *start):
        if loss < tolerance or step > 20000:
            return start, step, loss


if __name__ == "__main__":
    xs = np.array(list(itertools.product((0.0, 1.0), repeat=2)))
    ts = (xs[:, :1] != xs[:, 1:]).astype(float)
    weights, steps, final = fit(xs, ts)
    print(f"{steps} steps, loss {final:.4f}")
