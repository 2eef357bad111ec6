"""What the gradients ought to be, with bounds; computed once for a class, and never sent anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck import comparison
from gradcheck.config import Contract
from gradcheck.diagnosis.explain.by_value import Explainer
from gradcheck.differences import Derivative, network_gradients
from gradcheck.findings import ParameterReport
from gradcheck.network.forward import Array, Network, printed
from gradcheck.network.rounding import rounding
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import ProbeResult

RIGHT = 1e-12
PLAINLY_WRONG = 1e-3
"""Relative errors at which no closer look is needed: rounding, and far above what any imprecision leaves."""


class References:
    """Numerical gradients and explainers, each made when it is first asked for."""

    def __init__(self) -> None:
        self._derivatives: dict[tuple[Network, Probe], dict[str, Derivative]] = {}
        self._rounding: dict[tuple[Network, Probe], dict[str, Array]] = {}
        self._explainers: dict[tuple[Network, tuple[Probe, ...]], Explainer] = {}

    def derivatives(self, network: Network, probe: Probe) -> dict[str, Derivative]:
        """Numerical gradients on one probe, `w1 b1 w2 b2`, in rows."""
        key = (network, probe)
        if key not in self._derivatives:
            self._derivatives[key] = network_gradients(network, probe.values)
        return self._derivatives[key]

    def rounding(self, network: Network, probe: Probe) -> dict[str, Array]:
        """What right code may be off by on one probe, in rows."""
        key = (network, probe)
        if key not in self._rounding:
            self._rounding[key] = rounding(network, probe.values)
        return self._rounding[key]

    def explainer(self, network: Network, probes: Sequence[Probe]) -> Explainer:
        """Explain submissions of a network on these probes."""
        key = (network, tuple(probes))
        if key not in self._explainers:
            self._explainers[key] = Explainer(network, [probe.values for probe in probes])
        return self._explainers[key]

    def compare(
        self, network: Network, contract: Contract, name: str, probe: Probe, result: ProbeResult
    ) -> ParameterReport:
        """Judge one parameter, as printed, on one probe, in the student's own axes."""
        derivative = self.derivatives(network, probe)[name.lower()]
        value, bound, lost = (
            axes.to_submission(name, array, contract.axes[name], probe.sizes)
            for array in (derivative.value, derivative.bound, self.rounding(network, probe)[name.lower()])
        )
        report = comparison.compare(
            name,
            result.gradients.get(name),
            value,
            bound,
            expected_shape=value.shape,
            dtype=result.dtypes.get(name, ""),
            rounding=lost,
        )
        return replace(report, note=result.missing[name]) if name in result.missing else report

    def wrong(self, network: Network, contract: Contract, probe: Probe, result: ProbeResult) -> set[str]:
        """Parameters, as printed, whose gradients don't pass; quick where that is plain to see."""
        wrong = set()
        for name in map(printed, network.parameters):
            error = self._error(network, contract, name, probe, result)
            if not error <= RIGHT and (
                not error <= PLAINLY_WRONG
                or not self.compare(network, contract, name, probe, result).verdict.passes
            ):
                wrong.add(name)
        return wrong

    def _error(self, network: Network, contract: Contract, name: str, probe: Probe, result: ProbeResult) -> float:
        """Largest error relative to the parameter's scale; infinite where there is none to compare."""
        right = self.derivatives(network, probe)[name.lower()].value
        value = axes.to_submission(name, right, contract.axes[name], probe.sizes)
        submitted = result.gradients.get(name)
        if submitted is None or submitted.shape != value.shape:
            return np.inf
        with np.errstate(all="ignore"):
            return float(np.abs(submitted - value).max(initial=0.0) / np.abs(value).max(initial=1e-300))

    def compare_all(
        self, network: Network, contract: Contract, probe: Probe, result: ProbeResult
    ) -> tuple[ParameterReport, ...]:
        """Judge every parameter of the network on one probe."""
        names = map(printed, network.parameters)
        return tuple(self.compare(network, contract, name, probe, result) for name in names)
