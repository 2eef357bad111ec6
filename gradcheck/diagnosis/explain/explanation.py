"""What explanations are made of, of one gradient and of one layer, and which of several is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.diagnosis.explain.fitting import FLOAT32_TOLERANCE, TOLERANCE, same
from gradcheck.diagnosis.explain.ways import Way
from gradcheck.faults import Fault
from gradcheck.network.backward import Override
from gradcheck.network.forward import Array

_TIES = 4  # branches of one cost that are looked at
_ZERO = "gradient-zero"


@dataclass(frozen=True)
class Submitted:
    """
    The gradients of one submission.

    Attributes
    ----------
    probes : tuple of int
        Which of the probes it ran on.
    gradients : mapping of str to tuple of ndarray
        `w1 b1 w2 b2` to one array a probe, in rows; of a wrong shape, too.
    wrong_shape : frozenset of str
    tolerance : float
        Relative residual that still counts as a match.
    forward_right : bool
        Whether the forward pass is known to be right: then no mistake is looked for in it.
    several : bool
        Whether one delta may have two faults: not beside an output that is wrong, or nowhere in what was computed.
    computed : ndarray, optional
        Every number that it came to on the first of the probes, sorted, where that is known: a mistake in the
        forward pass whose outputs aren't among them isn't made.
    """

    probes: tuple[int, ...]
    gradients: Mapping[str, tuple[Array, ...]]
    wrong_shape: frozenset[str] = frozenset()
    tolerance: float = TOLERANCE
    forward_right: bool = False
    several: bool = True
    computed: Array | None = None

    def may_come_to(self, values: Array | None, tolerance: float = FLOAT32_TOLERANCE) -> bool:
        """Whether these may be among the values that it came to on the first probe."""
        if self.computed is None or values is None or not self.computed.size:
            return self.computed is None
        sought = values.ravel()
        after = np.searchsorted(self.computed, sought).clip(1, self.computed.size - 1)
        nearest = np.minimum(np.abs(self.computed[after - 1] - sought), np.abs(self.computed[after] - sought))
        return bool((nearest <= tolerance * np.abs(sought)).all())


@dataclass(frozen=True)
class Explained:
    """
    One mistake that was found, or one place where something is wrong that nothing explains.

    Attributes
    ----------
    site : str
    fault : Fault or None
    parameters : tuple of str
        What it spoils, where that is less than everything downstream of its site.
    coefficient : str
        The fitted factor or scalar, as text.
    equivalent : tuple of str
        Other entries with the same values on every probe.
    overrides : mapping
        Steps that reproduce the wrong values, those upstream included; empty where nothing explains them.
    residual : float
        Largest difference from the submitted gradients that it leaves, relative to their largest entry.
    """

    site: str
    fault: Fault | None
    parameters: tuple[str, ...] = ()
    coefficient: str = ""
    equivalent: tuple[str, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    residual: float = 0.0


@dataclass(frozen=True)
class Option:
    """
    One explanation of one gradient, given the delta.

    Attributes
    ----------
    faults : tuple of Explained
        Its own; none needed where the delta says it all.
    factor : ndarray, (probes,)
        What it is multiplied with.
    scalar : tuple of (str, float)
        The fitted scalar of the delta's term, as text and on the first probe; empty where that has none.
    residual : float
        As `Explained`.
    free : bool
        Its values are zero, and so `factor` may be any.
    """

    faults: tuple[Explained, ...]
    factor: Array
    scalar: tuple[str, float] = ("", 0.0)
    residual: float = 0.0
    free: bool = False


@dataclass(frozen=True)
class Branch:
    """
    One explanation of one layer: how its delta came about, and then each of its two gradients.

    Attributes
    ----------
    way : Way
    factor : ndarray, (probes,)
        What the delta is multiplied with.
    faults : tuple of Explained
    cost : float
        In faults.
    explained : frozenset of str
        Which of its gradients it explains.
    scalar : tuple of (str, float)
        The fitted scalar of the way's term.
    """

    way: Way
    factor: Array
    faults: tuple[Explained, ...]
    cost: float
    explained: frozenset[str] = frozenset()
    scalar: tuple[str, float] = ("", 0.0)


def cheapest(branches: Iterable[Branch]) -> list[Branch]:
    """Keep the branches of the least cost, a few of them; on a tie what is said of the delta comes first."""
    every = list(branches)
    least = min((branch.cost for branch in every), default=0.0)
    ties = [branch for branch in every if branch.cost <= least]
    return sorted(ties, key=lambda branch: not branch.way.faults and bool(branch.faults))[:_TIES]


def with_equals(ties: Sequence[Branch]) -> Branch:
    """The first of several branches that cost the same; single faults of the others are its fault's equals."""
    first, *others = ties
    if len(first.faults) != 1 or first.faults[0].fault is None:
        return first
    own = first.faults[0]
    names = [one.faults[0].fault.name for one in others if len(one.faults) == 1 and one.faults[0].fault]
    equal = dict.fromkeys((*own.equivalent, *(name for name in names if own.fault and name != own.fault.name)))
    return replace(first, faults=(replace(own, equivalent=tuple(equal)),))


def merged_options(options: Iterable[Option]) -> list[Option]:
    """
    Make options of the same values one, named by the first; the others become its equals.

    What is zero is named for that, and not for what happens to come to it where another mistake makes zeros.
    """
    merged: list[Option] = []
    for option in options:
        for position, earlier in enumerate(merged):
            alike = len(earlier.faults) == len(option.faults) and same(earlier.factor, option.factor)
            if alike and earlier.faults[0].fault and option.faults[0].fault:
                first, other = earlier.faults[0], option.faults[0]
                if other.fault is not None and other.fault.name == _ZERO:
                    first, other = other, first
                names = (one.fault.name for one in (first, other) if one.fault is not None)
                _, *equal = dict.fromkeys((*names, *first.equivalent, *other.equivalent))
                first = replace(first, equivalent=tuple(equal))
                merged[position] = replace(earlier, faults=(first, *earlier.faults[1:]))
                break
        else:
            merged.append(option)
    return merged
