"""
What a value is: quantities looked up by value.

A value counts as a quantity if it equals it up to a constant factor, the order of its axes and axes of length one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.members import Members, updates
from gradcheck.diagnosis.locate.proportion import TOLERANCE, is_turned, ratio, signatures, varies
from gradcheck.diagnosis.locate.quantities import (
    PLAIN,
    quantities,
    terms,
)
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array

_SIGNATURE_TOLERANCE = 1e-5
_PERTURBED = 1e-3
_TELLING = 4  # entries of a parameter that were moved along its gradient
_NUMBERS = 1000  # that are looked up in one go
_NOT_GENERIC = ("y", "1 - y", PLAIN)  # their entries are zeros and ones


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
            if value.size and np.isfinite(value).all() and value.any() and not _is_told_by_nothing(value):
                self._entries.setdefault(value.size, []).append((name, value))
        self._signatures = {
            size: np.array([signatures(value.reshape(1, -1))[0] for _, value in entries])
            for size, entries in self._entries.items()
        }
        numbers = self._entries.get(1, [])
        self._number_names = [name for name, _ in numbers]
        self._numbers = np.array([value.item() for _, value in numbers])
        self._updates = list(updates(trace))
        generic = [(name, value) for name, value in found if name not in _NOT_GENERIC]
        self._members = Members([*generic, *products], trace.scale)

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
                turned = is_turned(value, factor, quantity)
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

    def match_each(self, values: Sequence[Array], alone: Sequence[Match | None]) -> list[Match | None]:
        """
        Recognise what one expression gave, time after time: each value by itself, or all of one shape as a series.

        Parameters
        ----------
        values : sequence of ndarray
            In order of time.
        alone : sequence of Match or None
            What each is by itself, as `match_all` tells.
        """
        matches = list(alone)
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for index, value in enumerate(values):
            by_shape.setdefault(value.shape, []).append(index)
        for indices in by_shape.values():
            # where the first is a quantity by itself, a series is no more than that, and the others are nothing
            first = matches[indices[0]]
            itself = first is not None and values[indices[0]].size > 1
            if len(indices) > 1 and not itself and not all(matches[index] for index in indices):
                series = self.match_series([values[index] for index in indices])
                if series is not None:
                    for index in indices:
                        matches[index] = series
        if len(by_shape) > 1 and not all(matches) and (pieces := self.match_series(values)) is not None:
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
        """Recognise a value whose entries are all some of one quantity's: a row of it, be it as a diagonal."""
        held = _diagonal(value)
        return self._members.match(value.ravel() if held is None else held)


def _is_told_by_nothing(value: Array) -> bool:
    """Whether a quantity has many entries that are all the same, as the derivatives of an identity are."""
    return value.size > 1 and not varies(value)


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
