"""
Kinks of relu within a step of zero: either derivative is right there, so the bound must span both.

A kink at example n and hidden unit j changes the gradient's entry (i, j) by at most x[n, i] times the slope of
the loss on the active side.
"""

from __future__ import annotations

import numpy as np

from gradcheck.differences.conditioning import SAFETY, Conditioning, reach
from gradcheck.differences.engine import Engine
from gradcheck.differences.slopes import loss_slope
from gradcheck.network.forward import Array

_NOTED = 3


def allowance(engine: Engine, condition: Conditioning, layer: int, steps: Array) -> tuple[Array, tuple[str, ...]]:
    """
    Bound what kinks within reach may change in a layer's gradient.

    Parameters
    ----------
    engine : Engine
    condition : Conditioning
    layer : int
    steps : ndarray, shape (d + 1, h) or (h + 1, k)
        Largest shift of every entry; zero for complex step, which leaves only rounding.

    Returns
    -------
    allowance : ndarray, shaped as `steps`
    notes : tuple of str
    """
    network = engine.network
    total = np.zeros_like(steps)
    notes: tuple[str, ...] = ()
    if "relu" not in (network.hidden_activation, network.output_activation):
        return total, notes
    # no pre-activation moves further than this when one entry is shifted
    movement = float((steps * reach(engine, layer)).max(initial=0.0)) if steps.any() else 0.0
    if layer == 1 and network.hidden_activation == "relu":
        near = np.abs(engine.z1) <= movement + SAFETY * condition.error1
        notes += _notes("hidden unit", engine.z1, near)
        total += _hidden(engine, condition, steps, near)
    if network.output_activation == "relu":
        near = np.abs(engine.z2) <= movement + SAFETY * condition.error2
        if layer == 2:
            notes += _notes("output", engine.z2, near)
        shifted = np.where(near, np.finfo(float).tiny, engine.z2)
        active = np.abs(loss_slope(network, shifted, engine.values["y"]))
        jump = engine.scale * np.where(near, active, 0.0)
        if layer == 1:
            jump = (jump @ np.abs(engine.values["w2"]).T) * condition.slope1
        total += np.abs(engine.inputs(layer)) @ jump
    return total, notes


def _hidden(engine: Engine, condition: Conditioning, steps: Array, near: Array) -> Array:
    """Jumps of W1's gradient at the kinks of hidden units, where the entry's own shift reaches them."""
    total = np.zeros_like(steps)
    inputs = np.abs(engine.inputs(1))
    back = condition.slope2 @ np.abs(engine.values["w2"]).T
    for example, unit in np.argwhere(near):
        distance = abs(engine.z1[example, unit]) - SAFETY * condition.error1[example, unit]
        reached = inputs[:, example] * steps[:, unit] >= distance
        total[:, unit] += np.where(reached, inputs[:, example] * back[example, unit], 0.0)
    return total


def _notes(what: str, z: Array, near: Array) -> tuple[str, ...]:
    places = np.argwhere(near)
    if not len(places):
        return ()
    first = places[:_NOTED]
    shown = ", ".join(
        f"{what} {unit} of example {example} (z = {z[example, unit]:.1e})" for example, unit in first
    )
    more = f" and {len(places) - _NOTED} more" if len(places) > _NOTED else ""
    return (f"relu within a step of its kink at {shown}{more}: either derivative is right there",)
