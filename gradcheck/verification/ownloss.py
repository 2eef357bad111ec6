"""Whether gradients are right for the loss that a submission computes itself, whichever that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.config import Contract
from gradcheck.network.forward import Array
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import Inputs, JobResult

STEP = 1e-3
WEIGHTS = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}
"""Central differences of fourth order [1]_: truncation below 1e-11 of a smooth loss, round-off 1e-13 of it.

.. [1] B. Fornberg, Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51 (1988).
"""
TOLERANCE = 1e-7
"""Of the sum of what each entry contributes: far above the errors, far below what a wrong gradient leaves."""


def gradients_agree(
    contract: Contract,
    probe: Probe,
    submitted: Mapping[str, Array],
    run: Callable[[Sequence[Inputs]], JobResult],
    seed: int = 0,
) -> bool:
    """
    Differentiate a submission's own loss along one random direction of each parameter, and compare.

    Parameters
    ----------
    contract : Contract
        With an expression for the loss.
    probe : Probe
    submitted : mapping of str to ndarray
        `w1 b1 w2 b2` to the submitted gradient on this probe, in rows; of a right shape.
    run : callable (sequence of Inputs) -> JobResult
    seed : int
        Of the directions.

    Returns
    -------
    bool
        False, too, where the submission doesn't run on all of the moved parameters.
    """
    rng = np.random.default_rng(seed)
    directions = {name: rng.choice([-1.0, 1.0], size=gradient.shape) for name, gradient in submitted.items()}
    moved = [
        axes.inputs(_moved(probe, name, times * STEP * direction), contract)
        for name, direction in directions.items()
        for times in WEIGHTS
    ]
    result = run(moved)
    losses = [one.loss_number for one in result.probes]
    if len(losses) != len(moved) or None in losses:
        return False
    slopes = np.array(losses, dtype=float).reshape(-1, len(WEIGHTS)) @ np.array([*WEIGHTS.values()]) / STEP
    return all(
        bool(abs(slope - (submitted[name] * direction).sum()) <= TOLERANCE * np.abs(submitted[name]).sum())
        for slope, (name, direction) in zip(slopes, directions.items(), strict=True)
    )


def _moved(probe: Probe, name: str, by: Array) -> Probe:
    """The probe with one parameter moved."""
    return replace(probe, values={**probe.values, name: probe.values[name] + by})
