"""A two-layer network's backward function as a Python object: the whole catalogue, without a file or a sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from gradcheck.config import Assignment, from_document, read
from gradcheck.errors import ConfigError
from gradcheck.network.forward import Array, printed
from gradcheck.probes import Probe
from gradcheck.reports.report import Report
from gradcheck.submissions.job import Inputs, Job, JobResult, ProbeResult
from gradcheck.submissions.reading import Source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification.verifier import Verifier

Backward = Callable[..., Any]


def check_functions(
    network: str | os.PathLike[str] | Mapping[str, Any],
    backward: Backward,
    *,
    layout: str = "rows",
    axes: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Report:
    """
    Check a two-layer network's hand-written backward function, and name its mistakes.

    The function runs in this process, so it has to be one's own.

    Parameters
    ----------
    network : path or mapping
        A configuration, of which [submission] counts for its axes only; or the keys of its [network] table.
    backward : callable (X, Y, W1, b1, W2, b2) -> gradients
        A dictionary by the parameters' names, with a `d` before them or without, or a tuple in their order. Biases
        that the network lacks are not handed over.
    layout, axes
        As in a configuration's [submission], for a `network` without one: `rows` has X as (n, d).
    seed : int
        Of the probes, for a `network` that is a mapping.

    Returns
    -------
    Report

    Raises
    ------
    ConfigError
        If the network isn't well described.
    """
    assignment = _assignment(network, layout, axes, seed)
    name = getattr(backward, "__qualname__", type(backward).__name__).rsplit("<locals>.", 1)[-1]
    runner = _Runner(backward, tuple(map(printed, assignment.network.parameters)))
    verifier = Verifier(assignment, cast(Sandbox, runner), feedback="verdict")
    source = Source(path=name, text="")
    chosen = (*verifier.probes, _with_other_parameters(verifier.probes[0]))
    result = verifier.judge.run(source, chosen)
    report = verifier.judge.judged(source, chosen, result)
    if report.passed:
        report = verifier.held_to_configured(source, result, report)
    return Report(config="", seed=assignment.probes.seed, submissions=(report,))


def _with_other_parameters(probe: Probe) -> Probe:
    """The next epoch's problem: what is kept under the examples alone, in this one process, is wrong there."""
    parameters = {name: array / 2 for name, array in probe.values.items() if name not in ("x", "y")}
    return replace(probe, values={**probe.values, **parameters})


def _assignment(network: Any, layout: str, axes: Mapping[str, str] | None, seed: int) -> Assignment:
    """A configuration with a contract whose gradients are taken from what the function returns."""
    if not isinstance(network, Mapping):
        path = os.fspath(network)
        assignment = read(path)
        if assignment.contract is not None:
            return assignment
        raise ConfigError(f"configuration `{path}`", "no [submission]", "one with the axes of the arrays")
    document: dict[str, Any] = {"network": dict(network), "probes": {"seed": seed}}
    without = {False: ("b1", "b2"), "hidden": ("b2",), "output": ("b1",)}.get(network.get("biases", True), ())
    names = [name for name in ("W1", "b1", "W2", "b2") if name not in without]
    document["submission"] = {"layout": layout, "run": "pass", "gradients": {name: name for name in names}}
    if axes:
        document["submission"]["axes"] = dict(axes)
    return from_document(document, "network")


class _Runner:
    """Answers jobs by calling the function here."""

    def __init__(self, backward: Backward, parameters: tuple[str, ...]) -> None:
        self.backward, self.parameters = backward, parameters

    def run(self, job: Job) -> JobResult:
        """Run the function on every input."""
        return JobResult(status="done", probes=tuple(self._one(inputs) for inputs in job.inputs))

    def _one(self, inputs: Inputs) -> ProbeResult:
        arrays = {name: np.array(inputs.arrays[name]) for name in ("X", "Y", *self.parameters)}
        before = {name: array.tobytes() for name, array in arrays.items()}
        try:
            returned = self.backward(*arrays.values())
        except Exception as error:
            return ProbeResult(status="crashed", message=f"{type(error).__name__}: {error}")
        mutated = tuple(name for name, array in arrays.items() if array.tobytes() != before[name])
        try:
            found = _by_name(returned, self.parameters)
        except ValueError as error:
            return ProbeResult(status="ungradable", message=str(error))
        gradients = {name: value for name, value in found.items() if value is not None}
        return ProbeResult(
            status="ok",
            gradients={name: np.asarray(value, dtype=float) for name, value in gradients.items()},
            missing={name: "None was returned" for name in self.parameters if name not in gradients},
            dtypes={name: str(value.dtype) for name, value in gradients.items()},
            mutated=mutated,
        )


def _by_name(returned: Any, parameters: tuple[str, ...]) -> dict[str, Array | None]:
    """Gradients by the parameter's name, in whichever form they came back."""
    if isinstance(returned, Mapping):
        values = {name: returned.get(name, returned.get(f"d{name}")) for name in parameters}
    elif isinstance(returned, tuple | list) and len(returned) == len(parameters):
        values = dict(zip(parameters, returned, strict=True))
    else:
        found = f"{len(returned)} values" if isinstance(returned, tuple | list) else type(returned).__name__
        raise ValueError(f"backward returned {found}, expected gradients of {', '.join(parameters)}")
    return {name: None if value is None else np.asarray(value) for name, value in values.items()}
