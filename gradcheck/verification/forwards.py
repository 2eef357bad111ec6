"""The submission's own forward pass and loss, where the contract shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.explain import losses
from gradcheck.findings import Finding
from gradcheck.network.forward import Array, Network, forward, loss
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import JobResult, ProbeResult

_TOLERANCE = 1e-6
"""Relative: a student's epsilon guard or float32 is no mistake of the forward pass."""


def differing(network: Network, contract: Contract, probe: Probe, result: ProbeResult) -> set[str]:
    """Which of `a2` and `loss` the submission shows and has wrong."""
    wrong = set()
    if not _output_agrees(network, contract, probe, result.output):
        wrong.add("a2")
    number = result.loss_number
    if number is not None and not _close(np.array([number]), np.array([loss(network, probe.values)])):
        wrong.add("loss")
    return wrong


RightFor = Callable[[Network | None], bool]


def findings(
    network: Network,
    contract: Contract,
    probes: Sequence[Probe],
    result: JobResult,
    ran: Sequence[int],
    wrong_parameters: Sequence[str],
    right_for: RightFor,
) -> Iterator[Finding]:
    """
    Say what is wrong with the submission's output, or else with its loss, on the probes that ran.

    `right_for` says whether its gradients are those of another network, or (None) those of its own loss. A finding
    of the loss has the parameters that it explains.
    """
    found = {i: differing(network, contract, probes[i], result.probes[i]) for i in ran}
    wrong = [i for i in ran if "a2" in found[i]]
    if wrong:
        i = wrong[0]
        shape = np.asarray(result.probes[i].output).shape
        expected = axes.shape(contract.axes["Y"], probes[i].sizes) if contract.axes["Y"] != "labels" else None
        shapes = f" It has shape {shape}, expected {expected}." if expected and shape != expected else ""
        message = (
            f"The forward pass is not the network's: its output a2 differs on {len(wrong)} of {len(ran)} probes."
        )
        yield Finding(
            fault=None,
            site="a2",
            parameters=(),
            confidence="certain",
            message=message + shapes,
            verdict="The output is not the network's.",
        )
    elif any(found.values()):
        own = [(probes[i], number) for i in ran if (number := result.probes[i].loss_number) is not None]
        yield _other_loss(network, own, wrong_parameters, right_for)


def _output_agrees(network: Network, contract: Contract, probe: Probe, output: object) -> bool:
    if output is None or contract.axes["Y"] == "labels":
        return True
    a2 = forward(network, probe.values).a2
    expected = axes.to_submission("Y", a2, contract.axes["Y"], probe.sizes)
    found = np.asarray(output, dtype=float)
    if found.shape != expected.shape:
        return found.size == expected.size and _close(found.reshape(expected.shape), expected)
    return _close(found, expected)


def _close(one: Array, other: Array) -> bool:
    return bool(np.abs(one - other).max(initial=0.0) <= _TOLERANCE * max(1e-300, np.abs(other).max(initial=0.0)))


def _other_loss(
    network: Network,
    values: Sequence[tuple[Probe, float]],
    wrong_parameters: Sequence[str],
    right_for: RightFor,
) -> Finding:
    """Say which loss the submission's own one is, which isn't the configured one."""
    right = float(loss(network, values[0][0].values))
    known = losses.of_values(network, [probe.values for probe, _ in values], [own for _, own in values])
    message = f"The loss is not the configured one ({losses.named(network)})"
    message += f": it is {losses.named(known)}." if known else ", nor another known one."
    explains: Sequence[str] = ()
    if not wrong_parameters:
        message += " The gradients are right for the configured one: only the loss that is computed is wrong."
    elif (known or network).weight_decay == network.weight_decay and right_for(known):
        message += (
            f" The gradients of {', '.join(wrong_parameters)} are right for that loss, and so wrong for this one."
        )
        explains = wrong_parameters
    return Finding(
        fault=None,
        site="loss",
        parameters=tuple(explains),
        confidence="certain",
        message=message,
        evidence=f"on {values[0][0].name}: {values[0][1]:.12g}, expected {right:.12g}",
        hint="Evaluate your loss by hand for one example, term by term.",
        verdict="The loss is not the configured one.",
    )
