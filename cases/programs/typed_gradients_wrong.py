# expect: w2 pre-activation-in-weight-gradient line 45
"""Minimal, typed reference of a tanh/tanh regression network."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Params(NamedTuple):
    hidden_weight: Array
    hidden_bias: Array
    out_weight: Array
    out_bias: Array


class Grads(NamedTuple):
    hidden_weight: Array
    hidden_bias: Array
    out_weight: Array
    out_bias: Array


def predict(p: Params, x: Array) -> tuple[Array, Array, Array]:
    pre = np.einsum("nd,dh->nh", x, p.hidden_weight) + p.hidden_bias
    hid = np.tanh(pre)
    out = np.tanh(np.einsum("nh,hk->nk", hid, p.out_weight) + p.out_bias)
    return pre, hid, out


def mse(p: Params, x: Array, y: Array) -> float:
    return float(np.mean((predict(p, x)[2] - y) ** 2))


def mse_grad(p: Params, x: Array, y: Array) -> Grads:
    pre, hid, out = predict(p, x)
    g_out = 2.0 / y.size * (out - y) * (1.0 - out**2)
    g_hid = np.einsum("nk,hk->nh", g_out, p.out_weight) / np.cosh(pre) ** 2
    return Grads(
        hidden_weight=np.einsum("nd,nh->dh", x, g_hid),
        hidden_bias=g_hid.sum(axis=0),
        out_weight=np.einsum("nh,nk->hk", pre, g_out),
        out_bias=g_out.sum(axis=0),
    )


def descend(p: Params, x: Array, y: Array, rate: float = 0.05, steps: int = 200) -> Params:
    for _ in range(steps):
        p = Params(*(value - rate * grad for value, grad in zip(p, mse_grad(p, x, y), strict=True)))
    return p
