"""Quantities looked up by their entries, and parameters by where their gradients would have moved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.proportion import TOLERANCE, ratio
from gradcheck.diagnosis.locate.quantities import TOGETHER, is_forward, is_term, with_bias
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array

_MEMBERSHIP_TOLERANCE = 1e-9
_DISTINCT = 3  # entries of generic values that tell a quantity, and how many are looked up
_LOOKED_UP = 24
_NO_LAYER = str.maketrans("x", "a", "12")  # what comes into a layer is the one's inputs and the other's


class Members:
    """
    The entries of all quantities, by value.

    A loop may take entries in any order, some of them only, or one several times: all of its values being
    entries of one quantity, or of that of either layer, is no accident. What goes back may lack the factor of the
    loss, which many multiply with at the end, or that of the square.

    Parameters
    ----------
    quantities : sequence of (str, ndarray)
    scale : float
        The loss's factor.
    """

    def __init__(self, quantities: Sequence[tuple[str, Array]], scale: float) -> None:
        factors = list(dict.fromkeys((1.0, 1 / scale, 0.5 / scale)))
        scaled = [(*one, by) for by in factors for one in quantities if by == 1 or not is_forward(one[0])]
        self._names = [name for name, _, _ in scaled]
        self._factors = [by for _, _, by in scaled]
        kinds = [(name.translate(_NO_LAYER), by) for name, _, by in scaled]
        self._kinds = [kinds.index(kind) for kind in kinds]
        flat = [by * value.ravel() for _, value, by in scaled]
        owners = [np.full(value.size, index) for index, value in enumerate(flat)]
        order = np.argsort(np.concatenate(flat)) if flat else np.zeros(0, int)
        self._values = np.concatenate(flat)[order] if flat else np.zeros(0)
        self._owners = np.concatenate(owners)[order] if flat else np.zeros(0, int)

    def match(self, values: Array) -> Match | None:
        """Give the quantities that all of the values are entries of, or all of their negatives."""
        distinct = np.unique(values[:_LOOKED_UP])
        if len(distinct) < _DISTINCT or not np.isfinite(distinct).all():
            return None
        margin = _MEMBERSHIP_TOLERANCE * np.abs(distinct)
        for sign in (1.0, -1.0):
            low = np.searchsorted(self._values, sign * distinct - margin)
            high = np.searchsorted(self._values, sign * distinct + margin)
            if (low == high).any():
                continue
            having = [set(self._owners[start:end].tolist()) for start, end in zip(low, high, strict=True)]
            kinds = [{self._kinds[owner] for owner in some} for some in having]
            owners = set.intersection(*having)
            if not owners and (both := set.intersection(*kinds)):
                owners = {owner for owner in set.union(*having) if self._kinds[owner] in both}
            if owners:
                found = {self._names[one]: sign * self._factors[one] for one in sorted(owners, reverse=True)}
                least = min(map(_inclusiveness, found))  # what is all delta2 is no more than that
                names = tuple(name for name in reversed(found) if _inclusiveness(name) == least)
                return Match(names, found[names[0]], factors=tuple(found[name] for name in names))
        return None


def _inclusiveness(name: str) -> int:
    """How much a quantity holds beside another: products what they are made of, those with a bias all others."""
    return is_term(name) + (is_term(name) and "b" in name)


@dataclass(frozen=True)
class Update:
    """A parameter, and the gradient along which it may have been moved, in one orientation."""

    name: str
    parameter: Array
    along: Array
    across: Array  # at right angles to the gradient: a parameter moved along it keeps its component

    def candidates(self, rows: Array) -> Array:
        """Which of the values (m, size) are where the gradient may have moved the parameter."""
        start = self.parameter.ravel()
        scale = np.abs(rows).max(axis=1) + np.abs(start).max()
        with np.errstate(all="ignore"):
            return np.flatnonzero(np.abs((rows - start) @ self.across) <= 10 * TOLERANCE * scale)

    def confirm(self, value: Array) -> Match | None:
        """Compare in full."""
        if value.squeeze().shape != self.parameter.squeeze().shape:
            return None
        moved = value.squeeze() - self.parameter.squeeze()
        if np.abs(moved).max() <= TOLERANCE:
            return None
        factor = ratio(moved, self.along)
        return None if factor is None else Match((self.name,), factor)


def updates(trace: Trace) -> Iterator[Update]:
    """The updates of parameters of several entries, as they lie and transposed; of weights with a bias, too."""
    for parameter in trace.network.parameters:
        right = gradient_of(trace, parameter)
        if right is not None:
            yield from _update(parameter, trace.values[parameter], np.asarray(right, float))
    for both in TOGETHER:
        if not set(both.split(" and ")) <= {*trace.network.parameters}:
            continue
        pairs = zip(with_bias(trace, both), with_bias(trace, f"gradient {both}"), strict=False)
        for start, along in pairs:
            yield from _update(both, start, along)


def _update(name: str, parameter: Array, gradient: Array) -> Iterator[Update]:
    if gradient.size < 2 or gradient.shape != parameter.shape or not gradient.any():
        return
    for start, along in ((parameter, gradient), (parameter.T, gradient.T)):
        generic = np.cos(np.arange(1.0, along.size + 1))
        flat = along.ravel()
        across = generic - flat * (generic @ flat) / (flat @ flat)
        yield Update(f"updated {name}", start, along, across / np.abs(across).max())


def gradient_of(trace: Trace, name: str) -> Array | None:
    """Give a parameter's right gradient; None where a mistake left in the pass makes its shape impossible."""
    try:
        gradient: Array = trace.gradient(name)
    except ValueError:
        return None
    return gradient
