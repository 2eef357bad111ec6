"""
The situations that gradient checkers' own tests are about, in our words: each with right and with wrong gradients.

A function is written once, over a namespace `xp` of array functions, so that every checker gets the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Situation:
    """
    One situation.

    Attributes
    ----------
    name : str
    point : ndarray
        Where it is checked.
    loss, right, wrong : callable (xp, x)
        `right` or `wrong` is None where there is none to speak of.
    asks : str
        What is asked of a checker here.
    cannot_happen : tuple of str
        Checkers whose arrays rule it out.
    """

    name: str
    point: Any
    loss: Function
    right: Function | None
    wrong: Function | None
    asks: str
    cannot_happen: tuple[str, ...] = ()


def _square(xp: Any, x: Any) -> Any:
    return (x * x).sum()


def _twice(xp: Any, x: Any) -> Any:
    return 2 * x


def _thrice(xp: Any, x: Any) -> Any:
    return 3 * x


def _broadcast(xp: Any, x: Any) -> Any:
    grid = xp.asarray(np.arange(12.0).reshape(4, 3))
    return ((x + grid) ** 2).sum()


def _changes_its_argument(xp: Any, x: Any) -> Any:
    gradient = 2 * x
    x += 1.0
    return gradient


class _Dice:
    """Noise that differs from call to call."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(0)

    def __call__(self, xp: Any, x: Any) -> Any:
        return 2 * x * (1 + 1e-2 * float(self.random.normal()))


_POINT = np.array([0.5, -1.25, 2.0])

SITUATIONS = (
    Situation(
        "not contiguous",
        np.arange(1.0, 13.0).reshape(3, 4).T[::2],
        _square,
        _twice,
        _thrice,
        "strides don't matter",
    ),
    Situation("no entries", np.zeros((0, 3)), _square, _twice, None, "nothing to say is not an error"),
    Situation("zero-dimensional", np.array(1.5), _square, _twice, _thrice, "a number is a parameter"),
    Situation(
        "broadcast parameter",
        np.array([[0.5, -1.0, 2.0]]),
        _broadcast,
        lambda xp, x: 2 * (4 * x + xp.asarray(np.arange(12.0).reshape(4, 3).sum(axis=0, keepdims=True))),
        lambda xp, x: 2 * (x + xp.asarray(np.arange(12.0).reshape(4, 3))),
        "the gradient has the parameter's shape, not the data's",
    ),
    Situation(
        "at a kink",
        np.array([1.0, 0.0, -2.0]),
        lambda xp, x: abs(x).sum(),
        lambda xp, x: xp.sign(x),
        lambda xp, x: -xp.sign(x),
        "a subgradient is nobody's mistake, and a wrong one elsewhere is",
    ),
    Situation(
        "beside a kink",
        np.array([1.0, 1e-8, -2.0]),
        lambda xp, x: abs(x).sum(),
        lambda xp, x: xp.sign(x),
        lambda xp, x: -xp.sign(x),
        "a step across the kink convicts nobody",
    ),
    Situation(
        "complex",
        np.array([1.0 + 2.0j, -0.5j]),
        lambda xp, x: (abs(x) ** 2).sum(),
        _twice,
        lambda xp, x: x,
        "real losses of complex numbers",
    ),
    Situation(
        "argument overwritten",
        _POINT,
        _square,
        None,
        _changes_its_argument,
        "the caller's array is changed",
        ("jax",),
    ),
    Situation("not deterministic", _POINT, _square, None, _Dice(), "another answer at each call"),
    Situation("None returned", _POINT, _square, None, lambda xp, x: None, "there is no gradient"),
    Situation("float32", _POINT.astype(np.float32), _square, _twice, lambda xp, x: 2.002 * x, "1 in 1000 off"),
    Situation(
        "small loss",
        _POINT,
        lambda xp, x: 1e-7 * _square(xp, x),
        lambda xp, x: 2e-7 * x,
        lambda xp, x: -2e-7 * x,
        "a flipped sign where gradients are small",
    ),
)
