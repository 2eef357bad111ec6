"""Which loss a set of gradients, or a student's own loss, belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from gradcheck.network.backward import Trace, gradients
from gradcheck.network.forward import LOSSES, Array, Network, Scale, loss

_AGREE = 1e-9
_TOGETHER = 1e-5  # float32 programs agree to this


def alternatives(network: Network) -> Iterator[Network]:
    """The network under every known loss and scale, its own first, then the most usual ones."""
    yield network
    probabilities = network.output_activation in ("sigmoid", "softmax")
    for name in LOSSES if probabilities else LOSSES[:1]:
        for per_example in (True, False):
            for per_output in (False, True):
                for coefficient in (Fraction(1, 2), Fraction(1), Fraction(2)):
                    candidate = replace(network, loss=name, loss_scale=Scale(coefficient, per_example, per_output))
                    if candidate != network:
                        yield candidate


def of_gradients(
    network: Network,
    probes: Sequence[Mapping[str, Array]],
    submitted: Sequence[Mapping[str, Array]],
    kinds: Sequence[str] = LOSSES,
) -> tuple[Network, int]:
    """
    Find the known loss that most of the gradients agree on, or, if none does, agree on but for their sign.

    Parameters
    ----------
    network : Network
    probes : sequence of mapping
        Values of each probe, in rows.
    submitted : sequence of mapping
        `w1 b1 w2 b2` to the gradient, in rows, of each probe; of a right shape.
    kinds : sequence of str, optional
        Losses to look among, in any scale.

    Returns
    -------
    network : Network
        With that loss and scale; the first of `alternatives` where several do as well.
    agreeing : int
        How many parameters agree with it, signs and all, on every probe.
    """
    best, most = network, (-1, -1)
    for candidate in (one for one in alternatives(network) if one.loss in kinds):
        right = [gradients(candidate, values) for values in probes]
        pairs = list(zip(submitted, right, strict=True))
        agreeing, mirrored = (
            sum(
                all(name in one and _close(one[name], sign * other[name]) for one, other in pairs)
                for name in network.parameters
            )
            for sign in (1.0, -1.0)
        )
        if (agreeing, mirrored) > most:
            best, most = candidate, (agreeing, mirrored)
    return best, most[0]


def of_values(
    network: Network, probes: Sequence[Mapping[str, Array]], submitted: Sequence[float]
) -> Network | None:
    """The network whose loss has these values, one a probe; None if no known one has."""
    for candidate in alternatives(network):
        for decay in {network.weight_decay, 0.0}:
            known = replace(candidate, weight_decay=decay)
            if all(
                _close(np.asarray(value), np.asarray(loss(known, probe)))
                for probe, value in zip(probes, submitted, strict=True)
            ):
                return known
    return None


def constant_factor(
    network: Network, probes: Sequence[Mapping[str, Array]], submitted: Sequence[Mapping[str, Array]]
) -> float | None:
    """Find the one positive number that all gradients are times those of a known loss, whatever the sizes."""
    for candidate in alternatives(network):
        right = [gradients(candidate, values) for values in probes]
        pairs = [
            (one[name], other[name])
            for one, other in zip(submitted, right, strict=True)
            for name in network.parameters
            if name in one and one[name].shape == other[name].shape
        ]
        if len(pairs) < len(probes) * len(network.parameters):
            return None
        given, wanted = (
            np.concatenate([array.ravel() for array in arrays]) for arrays in zip(*pairs, strict=True)
        )
        factor = float(given @ wanted / max(wanted @ wanted, np.finfo(float).tiny))
        if factor > 0 and np.abs(given - factor * wanted).max() <= _TOGETHER * np.abs(given).max():
            return factor
    return None


def belong_together(network: Network, values: Mapping[str, Array], submitted: Mapping[str, Array]) -> bool:
    """
    Whether gradients may be those of some loss of the outputs, known or not, with weight decay or without.

    All of them are linear in delta2 = dloss/dz2, which is all that a loss decides: they belong together if
    some delta2 (n, k), and a factor of each parameter or of its signs, yields them. A loss that pulls every output
    towards its target has deltas of the signs of a2 - y, or, where they point down, all of the others.

    Parameters
    ----------
    network : Network
    values : mapping
        `x y w1 b1 w2 b2` of one probe, in rows.
    submitted : mapping
        `w1 b1 w2 b2` to the gradient, in rows.

    Returns
    -------
    bool
        True, too, where there are so few entries that any would do.
    """
    names = network.parameters
    if any(name not in submitted or submitted[name].shape != values[name].shape for name in names):
        return False
    if not all(np.isfinite(submitted[name]).all() for name in names):
        return False
    trace = Trace(network, values)

    def flat(found: Callable[[str], Array]) -> Array:
        return np.concatenate([found(name).ravel() for name in names])

    def made(delta: Array) -> Array:
        return flat(trace.fork({"delta2": lambda t: delta}).step)

    columns = [made(unit.reshape(values["y"].shape)) for unit in np.eye(values["y"].size)]
    decays = [
        flat({**_zeros(values), name: bend(values[name])}.__getitem__)
        for name in names
        for bend in (np.positive, np.sign)
    ]
    system, wanted = np.transpose([*columns, *decays]), flat(submitted.__getitem__)
    found, _, rank, _ = np.linalg.lstsq(system, wanted, rcond=None)
    if np.abs(system @ found - wanted).max() > _TOGETHER * np.abs(wanted).max():
        return False
    pulls = np.sign(found[: len(columns)]) * np.sign(trace.a2 - trace.y).ravel()
    return bool(rank < len(found) or abs(pulls.sum()) == len(columns))


def _zeros(values: Mapping[str, Array]) -> dict[str, Array]:
    return {name: np.zeros_like(array) for name, array in values.items()}


def named(network: Network) -> str:
    """Say a loss: `1/n times the summed squared-error`."""
    return f"{network.loss_scale} times the summed {network.loss}"


def _close(one: Array, other: Array) -> bool:
    if one.shape != other.shape:
        return False
    scale = float(np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= _AGREE * scale)
