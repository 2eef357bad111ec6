"""
Probes: the concrete problems on which gradients are compared, chosen so that mistakes show.

Sizes all distinct and co-prime make a wrong axis change the shape; sizes all equal let it stay silent, and so be
explained by value. Biases are generic and nonzero, activations unsaturated, every class occurs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd

import numpy as np

from gradcheck import data
from gradcheck.config import Assignment
from gradcheck.network.forward import Array, Network, forward

AXES = ("n", "d", "h", "k")
VARIED = ((7, 4, 5, 3), (5, 7, 3, 2), (9, 2, 7, 5))
FRESH = ((8, 5, 3, 7), (11, 3, 4, 5), (9, 7, 5, 2), (13, 5, 6, 7), (5, 7, 9, 4))
EQUAL = 4
_CLASSES = 16
_TRIES = 50


@dataclass(frozen=True, eq=False)
class Probe:
    """
    One concrete problem.

    Attributes
    ----------
    name : str
        Which of the probes it is, for people: "n=7 d=4 h=5 k=3".
    values : mapping
        x (n, d), y (n, k), w1 (d, h), b1 (1, h), w2 (h, k), b2 (1, k), float64; biases the network lacks are zero.
    sizes : mapping
        `n d h k`.
    """

    name: str
    values: Mapping[str, Array] = field(repr=False)
    sizes: Mapping[str, int]


def make(assignment: Assignment, pins: Mapping[str, int] | None = None) -> tuple[Probe, ...]:
    """
    Make the default probes: several of co-prime sizes, and one where all free sizes are equal.

    Parameters
    ----------
    assignment : Assignment
    pins : mapping, optional
        Axes that must have a given size, beside those that the assignment keeps.
    """
    fixed = fixed_sizes(assignment, pins)
    return _all(assignment, [_coprime(template, fixed) for template in VARIED] + [_equal(fixed)], stream=0)


def fresh(assignment: Assignment, pins: Mapping[str, int] | None = None) -> tuple[Probe, ...]:
    """Make probes of other sizes and values, for proving on them what was found on those of `make`."""
    fixed = fixed_sizes(assignment, pins)
    return _all(assignment, [_coprime(template, fixed) for template in FRESH] + [_equal(fixed)], stream=1)


def single_example(assignment: Assignment, pins: Mapping[str, int] | None = None) -> tuple[Probe, ...]:
    """Make the probes of `make` with one example each, for code that works for nothing else."""
    fixed = {**fixed_sizes(assignment, pins), "n": 1}
    return _all(assignment, [_coprime(template, fixed) for template in VARIED], stream=2)


def configured(assignment: Assignment) -> Probe:
    """Make the probe on which the network itself is checked: configured sizes, real data where there is any."""
    sizes = {"n": assignment.probes.examples or VARIED[0][0], **vars(assignment.sizes)}
    given = data.load(assignment)
    if "x" in given:
        sizes["n"] = len(given["x"])
    drawn = draw(assignment, sizes, np.random.default_rng([assignment.probes.seed, 3]))
    return Probe(drawn.name, {**drawn.values, **given}, drawn.sizes)


def fixed_sizes(assignment: Assignment, pins: Mapping[str, int] | None = None) -> dict[str, int]:
    """Sizes that no probe may choose."""
    configured = vars(assignment.sizes)
    keep = AXES[1:] if assignment.data else assignment.probes.keep  # real data has the sizes it has
    fixed = {axis: configured[axis] for axis in sorted(keep)}
    if assignment.probes.examples is not None:
        fixed["n"] = assignment.probes.examples
    return {**fixed, **(pins or {})}


def smaller(
    assignment: Assignment, chosen: Sequence[Probe], pins: Mapping[str, int] | None = None
) -> dict[str, int]:
    """
    Find the configured sizes that none of the probes is as small as, among those that are free.

    Of classes one is no problem: `a2 - y` is right for one-hot targets, which one output can't have.
    """
    network, contract = assignment.network, assignment.contract
    classes = (
        network.output_activation == "softmax"
        or network.loss == "cross-entropy"
        or assignment.probes.targets == "one-hot"
        or (contract is not None and contract.axes["Y"] == "labels")
    )
    fixed = fixed_sizes(assignment, pins)
    return {
        axis: size
        for axis, size in vars(assignment.sizes).items()
        if axis not in fixed
        and size < min(probe.sizes[axis] for probe in chosen)
        and not (classes and axis == "k" and size == 1)
    }


def _coprime(template: tuple[int, ...], fixed: Mapping[str, int]) -> dict[str, int]:
    """
    Fit a template to the fixed sizes, moving the free ones up until no two share a divisor.

    There are no fewer examples than a moderate number of outputs: people count the classes that occur.
    """
    sizes = dict(fixed)
    for axis, size in zip(AXES, template, strict=True):
        if axis in fixed:
            continue
        if axis == "n" and size < fixed.get("k", 0) <= _CLASSES:
            size = fixed["k"]
        while any(gcd(size, other) > 1 or size == other for other in sizes.values() if other > 1):
            size += 1
        sizes[axis] = size
    return {axis: sizes[axis] for axis in AXES}


def _equal(fixed: Mapping[str, int]) -> dict[str, int]:
    """Make every free size the same: the smallest fixed one that is worth it, or `EQUAL`."""
    worth = sorted(size for size in fixed.values() if 2 <= size <= 16)
    return {axis: fixed.get(axis, worth[0] if worth else EQUAL) for axis in AXES}


def _all(assignment: Assignment, sizes: list[dict[str, int]], stream: int) -> tuple[Probe, ...]:
    """Make a probe for each set of sizes; equal sets still differ in their values."""
    given = data.load(assignment)
    generators = [np.random.default_rng([assignment.probes.seed, stream, index]) for index in range(len(sizes))]
    drawn = [draw(assignment, size, rng) for size, rng in zip(sizes, generators, strict=True)]
    return tuple(_with_data(probe, given, rng) for probe, rng in zip(drawn, generators, strict=True))


def _with_data(probe: Probe, given: Mapping[str, Array], rng: np.random.Generator) -> Probe:
    """Put real values in place of random ones: examples drawn from the data, parameters as they are."""
    if not given:
        return probe
    total = len(given["x"]) if "x" in given else 0
    rows = rng.choice(total, probe.sizes["n"], replace=total < probe.sizes["n"]) if total else None
    real = {name: array[rows] if name in ("x", "y") else array for name, array in given.items()}
    return Probe(probe.name, {**probe.values, **real}, probe.sizes)


def draw(assignment: Assignment, sizes: Mapping[str, int], rng: np.random.Generator) -> Probe:
    """
    Draw one probe, repeatedly until no relu is near its kink and each is on for some example and off for another.

    Parameters
    ----------
    assignment : Assignment
    sizes : mapping
        `n d h k`.
    rng : Generator
    """
    name = " ".join(f"{axis}={sizes[axis]}" for axis in AXES)
    best: tuple[float, dict[str, Array]] | None = None
    for _ in range(_TRIES):
        values = _values(assignment, sizes, rng)
        quality = _quality(assignment.network, values)
        if best is None or quality > best[0]:
            best = quality, values
        if quality >= 1.0:
            break
    assert best is not None
    return Probe(name, best[1], dict(sizes))


def _values(assignment: Assignment, sizes: Mapping[str, int], rng: np.random.Generator) -> dict[str, Array]:
    """Generic values: unit pre-activations, biases well away from zero."""
    n, d, h, k = (sizes[axis] for axis in AXES)
    network = assignment.network

    def bias(width: int, present: bool) -> Array:
        drawn: Array = rng.uniform(0.2, 0.8, (1, width)) * rng.choice([-1.0, 1.0], (1, width))
        return drawn if present else np.zeros((1, width))

    return {
        "x": rng.normal(size=(n, d)),
        "w1": rng.normal(size=(d, h)) / np.sqrt(d),
        "b1": bias(h, network.hidden_bias),
        "w2": rng.normal(size=(h, k)) / np.sqrt(h),
        "b2": bias(k, network.output_bias),
        "y": targets(target_kind(assignment), n, k, rng),
    }


def target_kind(assignment: Assignment) -> str:
    """Kind of targets the probes have: `real`, `binary` or `one-hot`."""
    if assignment.probes.targets != "auto":
        return assignment.probes.targets
    labelled = assignment.contract is not None and assignment.contract.axes["Y"] == "labels"
    if labelled or assignment.any_loss or assignment.network.loss == "cross-entropy":
        return "one-hot"
    return "binary" if assignment.network.loss == "binary-cross-entropy" else "real"


def targets(kind: str, n: int, k: int, rng: np.random.Generator) -> Array:
    """Targets (n, k): real in (0, 1), or classes of which each occurs if n allows it, the last one always."""
    if kind == "real":
        return rng.uniform(0.05, 0.95, (n, k))
    if kind == "one-hot" and k > 1:
        classes = np.concatenate([np.arange(k)[::-1], rng.integers(0, k, n)])[:n]
        return np.asarray(np.eye(k)[rng.permutation(classes)])
    drawn = rng.integers(0, 2, (n, k)).astype(float)
    if n > 1:
        drawn[0], drawn[1] = 0.0, 1.0
        drawn = rng.permuted(drawn, axis=0)
    return drawn


def _quality(network: Network, values: Mapping[str, Array]) -> float:
    """1.0 where every relu is away from its kink and both on and off; less the further from that."""
    z1, _, z2, _ = forward(network, values)
    quality = 1.0
    for activation, z in ((network.hidden_activation, z1), (network.output_activation, z2)):
        if activation == "relu":
            margin = min(1.0, float(np.abs(z).min()) * z.size)
            quality = min(quality, margin * _mixed(z))
    return quality


def _mixed(z: Array) -> float:
    """Share of the units (n, units) that are on for some example and off for another; of one example, of units."""
    if z.size == 1:
        return float(z[0, 0] > 0)
    if len(z) > 1:
        return float((z > 0).any(axis=0).mean() * (z < 0).any(axis=0).mean())
    on = float((z > 0).mean())  # all on, a derivative that is left out would not be missed
    return 0.5 if on == 1.0 else min(1.0, 2 * on)
