# expect: delta1 batch-size-division-twice line 22
"""Click-through model. One score per visitor; the output weights are a vector and its bias a plain float."""
import numpy as np


def score(visits, hidden_w, hidden_c, out_w, out_c):
    hidden = np.maximum(visits @ hidden_w + hidden_c, 0)
    return hidden, 1 / (1 + np.exp(-(hidden @ out_w + out_c)))


def log_loss(clicked, p):
    return -np.mean(np.where(clicked == 1, np.log(p), np.log1p(-p)))


def gradients(visits, clicked, hidden_w, hidden_c, out_w, out_c):
    """Gradients of the mean log loss, in the order of the arguments."""
    count = len(visits)
    hidden, p = score(visits, hidden_w, hidden_c, out_w, out_c)
    residual = (p - clicked) / count
    g_out_w = residual @ hidden
    g_out_c = residual.sum()
    back = np.outer(residual, out_w) * (hidden > 0) / count
    return visits.T @ back, back.sum(axis=0), g_out_w, g_out_c


def fit(visits, clicked, units=8, rate=0.2, rounds=400, seed=None):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(visits.shape[1], units)), np.zeros(units), rng.normal(size=units), 0.0]
    for _ in range(rounds):
        weights = [w - rate * g for w, g in zip(weights, gradients(visits, clicked, *weights))]
    return weights
