"""Which loss a set of gradients, or a student's own loss, belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from gradcheck.network.backward import gradients
from gradcheck.network.forward import LOSSES, Array, Network, Scale, loss

_AGREE = 1e-9


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


def named(network: Network) -> str:
    """Say a loss: `1/n times the summed squared-error`."""
    return f"{network.loss_scale} times the summed {network.loss}"


def _close(one: Array, other: Array) -> bool:
    if one.shape != other.shape:
        return False
    scale = float(np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= _AGREE * scale)
