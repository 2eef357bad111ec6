"""Error against step size: what makes a step neither large nor small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.differences.conditioning import conditioning
from gradcheck.differences.engine import Engine
from gradcheck.differences.stencils import STENCILS
from gradcheck.differences.structured import layer_parts, network_gradients, stencil_layer
from gradcheck.network.forward import Array, Network

SWEPT = ("forward", "central", "central-4", "central-8")
STEPS = tuple(float(step) for step in np.logspace(-13, 0, 53))


@dataclass(frozen=True)
class Curve:
    """
    One method's errors for one parameter.

    Attributes
    ----------
    parameter, method : str
    steps : tuple of float
        How far the pre-activations move at most, dimensionless, ascending.
    errors : tuple of float
        Largest error over the entries, relative to the parameter's scale.
    bounds : tuple of float
        Largest error bound, likewise.
    chosen : float
        The step that the method takes by itself.
    """

    parameter: str
    method: str
    steps: tuple[float, ...]
    errors: tuple[float, ...]
    bounds: tuple[float, ...]
    chosen: float

    @property
    def best(self) -> int:
        """Index of the step with the smallest error."""
        return int(np.argmin(self.errors))


@dataclass(frozen=True)
class Sweep:
    """
    Errors of every method for every parameter.

    Attributes
    ----------
    curves : tuple of Curve
    floor : dict of str to float
        Parameter to the reference's own error bound, relative to its scale: errors below can't be seen.
    """

    curves: tuple[Curve, ...]
    floor: dict[str, float]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters, in order."""
        return tuple(dict.fromkeys(curve.parameter for curve in self.curves))

    def of(self, parameter: str) -> tuple[Curve, ...]:
        """The curves of one parameter."""
        return tuple(curve for curve in self.curves if curve.parameter == parameter)


def sweep(
    network: Network,
    values: Mapping[str, Array],
    methods: Sequence[str] = SWEPT,
    steps: Sequence[float] = STEPS,
) -> Sweep:
    """
    Measure the error of the fixed formulas at every step, against complex step.

    Parameters
    ----------
    network : Network
    values : mapping
        As for `network_gradients`.
    methods : sequence of str
        Of the formulas with a fixed step.
    steps : sequence of float
        How far the pre-activations move at most, dimensionless.

    Returns
    -------
    Sweep
    """
    reference = network_gradients(network, values)
    engine = Engine(network, values)
    condition = conditioning(engine)
    ascending = tuple(sorted(steps))
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for method in methods:
        for step in ascending:
            for layer in (1, 2):
                with np.errstate(all="ignore"):
                    result = stencil_layer(engine, condition, layer, STENCILS[method], step)
                for name, value, bound in layer_parts(network, layer, result):
                    scale = _scale(reference[name].value)
                    error = float(np.abs(value - reference[name].value).max()) / scale
                    found.setdefault((name, method), []).append((error, float(bound.max()) / scale))
    curves = tuple(
        Curve(
            name,
            method,
            ascending,
            tuple(error for error, _ in found[name, method]),
            tuple(bound for _, bound in found[name, method]),
            STENCILS[method].step,
        )
        for name in network.parameters
        for method in methods
    )
    floor = {name: float(d.bound.max()) / _scale(d.value) for name, d in reference.items()}
    return Sweep(curves, floor)


def _scale(gradient: Array) -> float:
    """The largest entry; 1 where all are zero, so that errors are absolute there."""
    return float(np.abs(gradient).max(initial=0.0)) or 1.0
