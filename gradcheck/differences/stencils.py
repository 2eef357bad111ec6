"""Weights of the finite-difference formulas, and the steps that balance their two errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EPSILON = 2.0**-52
# A power of two (no rounding when it is divided out) whose square is lost beside any real part.
COMPLEX_STEP = 2.0**-100


@dataclass(frozen=True)
class Stencil:
    """
    A formula Σ weight · (f(x + node h) - f(x)) / h for f'(x).

    Attributes
    ----------
    nodes, weights : tuple of float
        Steps taken, in units of h, and what their differences are multiplied by.
    order : int
        Truncation error is O(h**order).
    """

    nodes: tuple[float, ...]
    weights: tuple[float, ...]
    order: int

    @property
    def step(self) -> float:
        """Step for a function whose derivatives are of its own size: eps**(1/(order + 1))."""
        return float(EPSILON ** (1.0 / (self.order + 1)))

    @property
    def noise(self) -> float:
        """Factor from the loss's noise to the formula's round-off error times h."""
        return sum(abs(weight) for weight in self.weights)


def _central(*weights: float) -> Stencil:
    nodes = tuple(float(m) for m in range(1, len(weights) + 1))
    return Stencil(nodes + tuple(-m for m in nodes), weights + tuple(-w for w in weights), 2 * len(weights))


# B. Fornberg, Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51 (1988),
# table 1.
STENCILS: Mapping[str, Stencil] = {
    "forward": Stencil((1.0,), (1.0,), 1),
    "central": _central(1 / 2),
    "central-4": _central(2 / 3, -1 / 12),
    "central-6": _central(3 / 4, -3 / 20, 1 / 60),
    "central-8": _central(4 / 5, -1 / 5, 4 / 105, -1 / 280),
}
METHODS = (*STENCILS, "richardson", "complex-step", "auto")
