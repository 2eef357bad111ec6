# expect: delta2 divided-by-features-instead-of-examples line 41
"""Small regression net used by the forecasting jobs. float32 everywhere, GPUs like it that way."""
from dataclasses import dataclass

import numpy as np

DTYPE = np.float32


@dataclass
class Gradients:
    w_in: np.ndarray
    c_in: np.ndarray
    w_out: np.ndarray
    c_out: np.ndarray
    mse: float


class Regressor:
    def __init__(self, w_in, c_in, w_out, c_out):
        self.w_in = np.asarray(w_in, dtype=DTYPE)
        self.c_in = np.asarray(c_in, dtype=DTYPE)
        self.w_out = np.asarray(w_out, dtype=DTYPE)
        self.c_out = np.asarray(c_out, dtype=DTYPE)

    @classmethod
    def random(cls, n_in, n_hidden, n_out, seed=None):
        rng = np.random.default_rng(seed)
        scale_in, scale_out = np.sqrt(2 / n_in), np.sqrt(2 / n_hidden)
        return cls(
            rng.normal(0, scale_in, (n_in, n_hidden)), np.zeros(n_hidden),
            rng.normal(0, scale_out, (n_hidden, n_out)), np.zeros(n_out),
        )

    def __call__(self, batch):
        pre = batch.astype(DTYPE) @ self.w_in + self.c_in
        return np.maximum(pre, DTYPE(0)) @ self.w_out + self.c_out

    def gradients(self, batch, target):
        batch, target = batch.astype(DTYPE), target.astype(DTYPE)
        count = batch.shape[1]
        pre = batch @ self.w_in + self.c_in
        act = np.maximum(pre, DTYPE(0))
        residual = act @ self.w_out + self.c_out - target
        upstream = DTYPE(2) * residual / DTYPE(count)
        masked = (upstream @ self.w_out.T) * (pre > 0)
        return Gradients(
            w_in=batch.T @ masked,
            c_in=masked.sum(0),
            w_out=act.T @ upstream,
            c_out=upstream.sum(0),
            mse=float((residual ** 2).sum() / len(batch)),
        )
