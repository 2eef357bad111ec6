"""
What a value is: quantities looked up by value.

A value counts as a quantity if it equals it up to a constant factor, the order of its axes and axes of length one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradcheck.diagnosis.locate.quantities import (
    PLAIN,
    is_forward,
    is_of_loss,
    is_part,
    is_term,
    quantities,
    terms,
)
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array

TOLERANCE = 1e-6  # float32 programs and guards such as log(a + 1e-8) agree to this; generic values don't
_SIGNATURE_TOLERANCE = 1e-5
_MEMBERSHIP_TOLERANCE = 1e-9
_PERTURBED = 1e-3
_DISTINCT = 3  # entries of generic values that tell a quantity, and how many are looked up
_LOOKED_UP = 24
_TELLING = 4  # entries of a parameter that were moved along its gradient
_NUMBERS = 1000  # that are looked up in one go
_NO_LAYER = str.maketrans("", "", "12")
_NOT_GENERIC = ("y", "1 - y", PLAIN)  # their entries are zeros and ones


@dataclass(frozen=True)
class Match:
    """
    What a value is.

    Attributes
    ----------
    names : tuple of str
        The quantities it equals up to a factor, the simplest first: `a1`, `a2 - y`, `delta2`, `gradient w1`.
    factor : float
        value = factor · quantity, for the first name.
    turned : bool
        Whether it lies the other way round: value = factor · quantityᵀ.
    factors : tuple of float
        For every name; empty where they are all the same.
    """

    names: tuple[str, ...]
    factor: float
    turned: bool = False
    factors: tuple[float, ...] = ()

    def factor_of(self, name: str) -> float:
        """Give the factor for one of the names."""
        return self.factors[self.names.index(name)] if self.factors else self.factor

    @property
    def name(self) -> str:
        """The simplest name."""
        return self.names[0]

    @property
    def forward(self) -> bool:
        """Whether it is of the forward pass."""
        return all(is_forward(name) for name in self.names)

    @property
    def part(self) -> bool:
        """Whether it is only a part of an activation or of its derivative: nothing to go on with by itself."""
        return is_part(self.name)

    @property
    def of_loss(self) -> bool:
        """Whether it is the loss or what it is put together from."""
        return is_of_loss(self.name)

    @property
    def itself(self) -> bool:
        """Whether it is the quantity without a factor."""
        return abs(self.factor - 1) < 10 * TOLERANCE

    @property
    def exact(self) -> bool:
        """Whether a factor is a mistake: of the forward pass, not of decay, and of the derivatives in it."""
        return (self.forward and self.name not in ("w1", "w2")) or self.name in ("slope1", "slope2")

    @property
    def scaled(self) -> bool:
        """Whether it is such a quantity times a factor that it should not have."""
        exponent = self.name in ("z1", "z2", "x w1", "a1 w2")  # people compute -z as well
        right = abs((abs(self.factor) if exponent else self.factor) - 1) < 10 * TOLERANCE
        return self.exact and not right


class Table:
    """
    The quantities of one pass, to be looked up by value.

    Parameters
    ----------
    trace : Trace
        Right, or with a fault's overrides.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        sizes = (trace.n, trace.k, trace.n * trace.k)
        self._plain = np.array([c / m for c in (1, 2, 0.5) for m in (1, *sizes, *(1 / s for s in sizes))])
        with np.errstate(all="ignore"):
            found = [(name, np.asarray(value, float)) for name, value in quantities(trace)]
            products = list(terms(trace))
        self._entries: dict[int, list[tuple[str, Array]]] = {}
        for name, value in found:
            if value.size and np.isfinite(value).all() and value.any():
                self._entries.setdefault(value.size, []).append((name, value))
        self._signatures = {
            size: np.array([signatures(value.reshape(1, -1))[0] for _, value in entries])
            for size, entries in self._entries.items()
        }
        numbers = self._entries.get(1, [])
        self._number_names = [name for name, _ in numbers]
        self._numbers = np.array([value.item() for _, value in numbers])
        self._updates = list(_updates(trace))
        self._members = _Members(
            [*((name, value) for name, value in found if name not in _NOT_GENERIC), *products]
        )

    def quantities(self) -> Iterator[tuple[str, Array]]:
        """Name and value of every quantity."""
        for entries in self._entries.values():
            yield from entries

    def match(self, value: Array) -> Match | None:
        """Recognise one value; see `match_all`."""
        return self.match_all([value])[0]

    def match_all(self, values: Sequence[Array]) -> list[Match | None]:
        """
        Recognise many values at once.

        Parameters
        ----------
        values : sequence of ndarray, shapes (...)

        Returns
        -------
        list of Match or None
            In the same order.
        """
        matches: list[Match | None] = [None] * len(values)
        values = [self._each_once(value) for value in values]
        by_size: dict[int, list[int]] = {}
        for index, value in enumerate(values):
            if value.size in self._entries and np.isfinite(value).all():
                by_size.setdefault(value.size, []).append(index)
        for index, match in self._match_numbers(values, by_size.pop(1, [])):
            matches[index] = match
        for size, indices in by_size.items():
            rows = np.stack([values[index].reshape(-1) for index in indices])
            near = (
                np.abs(signatures(rows)[:, None, :] - self._signatures[size][None]) <= _SIGNATURE_TOLERANCE * size
            )
            hits = near.all(axis=2)
            for row in np.flatnonzero(hits.any(axis=1)):
                matches[indices[row]] = self._confirm(values[indices[row]], size, np.flatnonzero(hits[row]))
            for update in self._updates:
                for row in update.candidates(rows) if update.along.size == size else ():
                    if matches[indices[row]] is None:
                        matches[indices[row]] = update.confirm(values[indices[row]])
        return matches

    def _match_numbers(self, values: Sequence[Array], indices: Sequence[int]) -> Iterator[tuple[int, Match]]:
        """Recognise single numbers; all are proportional, so only factors that people write count."""
        for start in range(0, len(indices), _NUMBERS):
            some = indices[start : start + _NUMBERS]
            factors = np.array([values[index].item() for index in some])[:, None] / self._numbers
            plain = self._are_plain(factors)
            for row in np.flatnonzero(plain.any(axis=1)):
                hits = np.flatnonzero(plain[row])
                own = tuple(dict.fromkeys(self._number_names[hit] for hit in hits))
                each = {self._number_names[hit]: float(factors[row, hit]) for hit in reversed(hits)}
                yield (
                    some[int(row)],
                    Match(own, float(factors[row, hits[0]]), False, tuple(each[name] for name in own)),
                )

    def _each_once(self, value: Array) -> Array:
        """
        Leave out the examples that are there several times, one after another or all over again.

        Of several networks that are computed at once it is the first that is looked at.
        """
        n = self.trace.n
        if value.ndim > 2 and len(value) and value.size not in self._entries:
            value = value[0]
        if value.ndim != 2 or n == 1 or len(value) <= n:
            return value
        if (value[n:] == value[:-n]).all():  # the last time over it may have been too many to be seen
            return value[:n]
        times, rest = divmod(len(value), n)
        each = not rest and (value.reshape(n, times, -1) == value[::times, None]).all()
        return value[::times] if each else value

    def _confirm(self, value: Array, size: int, entries: Array) -> Match | None:
        """Compare in full with the quantities of the same signature."""
        names: list[str] = []
        factors: list[float] = []
        turned = False
        for entry in entries:
            name, quantity = self._entries[size][entry]
            factor = ratio(value, quantity)
            if factor is None or name in names:
                continue
            if not names:
                turned = _is_turned(value, factor, quantity)
            names.append(name)
            factors.append(factor)
        return Match(tuple(names), factors[0], turned, tuple(factors)) if names else None

    def is_plain(self, factor: float) -> bool:
        """Whether people write such a factor; of single numbers, all proportional, only these count."""
        return bool(self._are_plain(np.asarray(factor)))

    def _are_plain(self, factors: Array) -> NDArray[np.bool_]:
        """The same of each of some factors (...)."""
        off = np.abs(np.abs(factors)[..., None] - self._plain)
        return np.asarray((off <= TOLERANCE * self._plain).any(axis=-1))

    def match_each(self, values: Sequence[Array]) -> list[Match | None]:
        """
        Recognise what one expression gave, time after time: each value by itself, or all of one shape as a series.

        Parameters
        ----------
        values : sequence of ndarray
            In order of time.
        """
        matches = self.match_all(values)
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for index, value in enumerate(values):
            by_shape.setdefault(value.shape, []).append(index)
        for indices in by_shape.values():
            # where the first is a quantity by itself, a series is no more than that, and the others are nothing
            first = matches[indices[0]]
            alone = first is not None and values[indices[0]].size > 1
            if len(indices) > 1 and not alone and not all(matches[index] for index in indices):
                series = self.match_series([values[index] for index in indices])
                if series is not None:
                    for index in indices:
                        matches[index] = series
        if len(by_shape) > 1 and not any(matches) and (pieces := self.match_series(values)) is not None:
            return [pieces] * len(values)
        return matches

    def match_series(self, values: Sequence[Array]) -> Match | None:
        """
        Recognise what an expression in a loop gave, one value a turn.

        Together they may be the rows, columns or entries of a quantity, in any order, or the terms of a sum.

        Parameters
        ----------
        values : sequence of ndarray
            In order of time.
        """
        return self.match_all_series([values])[0]

    def match_all_series(self, series: Sequence[Sequence[Array]]) -> list[Match | None]:
        """Recognise many series at once; see `match_series`."""
        tries = [_together(values) for values in series]
        for some, values in zip(tries, series, strict=True):
            held = [_diagonal(value) for value in values]
            if len(values) > 1 and all(one is not None for one in held):
                some += _together([one for one in held if one is not None])
        flat = iter(self.match_all([one for some in tries for one in some]))
        found = [[next(flat) for _ in some] for some in tries]
        return [
            next((match for match in matches if match is not None), None)
            or (self._members.match(some[0].ravel()) if len(values) > 1 and _alike(values) and some else None)
            for values, some, matches in zip(series, tries, found, strict=True)
        ]

    def match_beginnings(self, rows: Sequence[Array]) -> list[Match | None]:
        """
        Recognise what loops gave that were only looked at for their first turns: the entries that come first.

        Parameters
        ----------
        rows : sequence of ndarray, shapes (m)
            As many entries of each.
        """
        most = rows[0].size
        ways = [
            (name, np.zeros(most), laid.ravel()[:most])
            for name, quantity in self.quantities()
            for laid in (quantity, quantity.T)
            if quantity.size > most and name not in _NOT_GENERIC
        ]
        # a step may be taken of one layer after the other
        moved = [one for one in self._updates if one.along.size >= _TELLING]
        ways += [(one.name, _filled(one.parameter, most), _filled(one.along, most)) for one in moved]
        if not ways:
            return [None] * len(rows)
        starts, along = (np.array([way[part] for way in ways]) for part in (1, 2))
        stacked = np.where(np.isnan(along), 0.0, np.stack(rows)[:, None, :] - starts)
        along = np.nan_to_num(along)
        with np.errstate(all="ignore"):
            factors = (stacked * along).sum(axis=2) / (along**2).sum(axis=1)
            off = np.abs(stacked - factors[:, :, None] * along).max(axis=2)
            least = TOLERANCE * (np.abs(stacked) + np.abs(np.nan_to_num(starts))).max(axis=2)
            hits = (off <= least) & (np.abs(factors) * np.abs(along).max(axis=1) > least)
        found: list[Match | None] = []
        for row, hit in enumerate(hits):
            each = {ways[index][0]: float(factors[row, index]) for index in np.flatnonzero(hit)}
            named = tuple(each)
            found.append(Match(named, each[named[0]], False, tuple(each.values())) if named else None)
        return found

    def match_entries(self, value: Array) -> Match | None:
        """Recognise a value whose entries are all some of one quantity's, such as a row of it."""
        return self._members.match(value.ravel())


def _filled(value: Array, most: int) -> Array:
    """The first entries of a value, with NaN for those that it lacks."""
    first = value.ravel()[:most]
    return np.concatenate([first, np.full(most - first.size, np.nan)])


def _diagonal(value: Array) -> Array | None:
    """What a diagonal matrix holds, such as the derivatives of one example; None of any other value."""
    if value.ndim != 2 or len(value) < 2 or value.shape[0] != value.shape[1] or not value.any():
        return None
    held = value.diagonal()
    return held if np.count_nonzero(value) == np.count_nonzero(held) else None


def _together(values: Sequence[Array]) -> list[Array]:
    """What the values of a series may be, taken together; nothing where they differ in shape."""
    if len(values) == 1:
        return list(values)
    pieces = _pieced(values)
    if not _alike(values):
        return pieces
    stacked = np.stack(values)
    if not np.isfinite(stacked).all():
        return []
    tries = [stacked.reshape(len(values), -1), *pieces, stacked.sum(axis=0), stacked[-1]]
    mean = stacked.mean(axis=0)
    if 0.0 < np.abs(stacked - mean).max() <= _PERTURBED * np.abs(mean).max():
        tries.insert(0, mean)  # one value over and over, with what it is made of perturbed
    return tries if stacked.size == len(values) else [*tries, stacked[0]]


def _alike(values: Sequence[Array]) -> bool:
    """Whether values have one shape."""
    return len({value.shape for value in values}) <= 1


def _pieced(values: Sequence[Array]) -> list[Array]:
    """What values (m, w) come to one below the other, or beside it: batches of examples, be it of one each."""
    if any(value.ndim != 2 or not np.isfinite(value).all() for value in values):
        return []
    if all(len(value) == 1 for value in values):
        return []
    sizes = [{value.shape[axis] for value in values} for axis in (0, 1)]
    axes = [axis for axis in (0, 1) if len(sizes[1 - axis]) == 1 and max(sizes[axis]) > 1]
    return [np.concatenate(values, axis) for axis in axes]


class _Members:
    """
    The entries of all quantities, by value.

    A loop may take entries in any order, some of them only, or one several times: all of its values being
    entries of one quantity, or of that of either layer, is no accident.
    """

    def __init__(self, quantities: Sequence[tuple[str, Array]]) -> None:
        self._names = [name for name, _ in quantities]
        kinds = [name.translate(_NO_LAYER) for name in self._names]
        self._kinds = [kinds.index(kind) for kind in kinds]
        flat = [value.ravel() for _, value in quantities]
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
            owners = set.intersection(*having) or set.intersection(*kinds)
            if owners:
                names = [self._names[owner] for owner in sorted(owners)]
                least = min(map(_inclusiveness, names))  # what is all delta2 is no more than that
                return Match(tuple(name for name in names if _inclusiveness(name) == least), sign)
        return None


def _inclusiveness(name: str) -> int:
    """How much a quantity holds beside another: products what they are made of, those with a bias all others."""
    return is_term(name) + (is_term(name) and "b" in name)


@dataclass(frozen=True)
class _Update:
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


def _updates(trace: Trace) -> Iterator[_Update]:
    """The updates of every parameter of more than one entry, as it lies and transposed."""
    for parameter in trace.network.parameters:
        right = gradient_of(trace, parameter)
        if right is None:
            continue
        gradient = np.asarray(right, float)
        if gradient.size < 2 or gradient.shape != trace.values[parameter].shape or not gradient.any():
            continue
        for start, along in ((trace.values[parameter], gradient), (trace.values[parameter].T, gradient.T)):
            generic = np.cos(np.arange(1.0, along.size + 1))
            flat = along.ravel()
            across = generic - flat * (generic @ flat) / (flat @ flat)
            yield _Update(f"updated {parameter}", start, along, across / np.abs(across).max())


def gradient_of(trace: Trace, name: str) -> Array | None:
    """Give a parameter's right gradient; None where a mistake left in the pass makes its shape impossible."""
    try:
        gradient: Array = trace.gradient(name)
    except ValueError:
        return None
    return gradient


def signatures(rows: Array) -> Array:
    """Give two numbers (m, 2) of each row of (m, size) that neither order, sign nor scale changes."""
    magnitudes = np.abs(rows)
    largest = magnitudes.max(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        magnitudes = magnitudes / largest
    return np.stack([magnitudes.sum(axis=1), (magnitudes**2).sum(axis=1)], axis=1)


def varies(value: Array) -> bool:
    """Whether not all entries are the same."""
    return bool((value != value.flat[0]).any()) if value.size else False


def ratio(value: Array, quantity: Array) -> float | None:
    """
    Find the factor with which value = factor · quantity, up to the order of axes, or that of the examples.

    Returns
    -------
    float or None
        None where there is none, or where it is 0.
    """
    bare, base = value.squeeze(), quantity.squeeze()
    laid = [base, base.T]
    if bare.ndim != base.ndim or bare.shape not in (base.shape, base.T.shape):
        if 1 not in (bare.ndim, min(value.shape, default=0)):
            return None
        bare, laid = bare.ravel(), [base.ravel(), base.T.ravel()]  # entries one after another
    for one in laid:
        if one.shape != bare.shape:
            continue
        factor = _factor(bare, one)
        if factor is None and bare.ndim == 2:  # code may shuffle its examples
            factor = _factor(_sorted(bare), _sorted(one)) or _factor(_sorted(-bare), _sorted(one), -1.0)
        if factor is not None:
            return factor
    return None


def _is_turned(value: Array, factor: float, quantity: Array) -> bool:
    """Whether a value is a quantity times a factor as it lies the other way round, and only so."""
    if value.ndim != 2 or quantity.ndim != 2 or value.shape != quantity.T.shape:
        return False
    margin = TOLERANCE * np.abs(value).max()
    as_is = value.shape == quantity.shape and np.abs(value - factor * quantity).max() <= margin
    return not as_is and bool(np.abs(value - factor * quantity.T).max() <= margin)


def _factor(value: Array, quantity: Array, sign: float = 1.0) -> float | None:
    factor = float((value * quantity).sum() / (quantity * quantity).sum())
    near = np.abs(value - factor * quantity).max() <= TOLERANCE * np.abs(value).max()
    return sign * factor if factor and near else None


def _sorted(value: Array) -> Array:
    """Sort the rows of a value (m, w) by their first entries, and those that begin alike by the next."""
    return value[np.lexsort(value.T[::-1])]
