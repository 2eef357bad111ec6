"""The submission's own forward pass and loss, where the contract shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis import losses
from gradcheck.findings import Finding, Location
from gradcheck.network.forward import Array, Network, forward, loss
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.job import JobResult

_TOLERANCE = 1e-6
"""Relative: a student's epsilon guard or float32 is no mistake of the forward pass."""


Placed = Callable[[Probe, float], Location | None]
RightFor = Callable[[Network | None], bool]


def own_loss(
    network: Network,
    contract: Contract,
    probes: Sequence[Probe],
    result: JobResult,
    ran: Sequence[int],
    wrong_parameters: Sequence[str],
    placed: Placed,
    right_for: RightFor,
) -> Iterator[Finding]:
    """
    Compare the submission's output and loss with the network's, on the probes that ran.

    `placed` finds where the submission computed a number; `right_for` says whether its gradients are those of
    another network, or (None) those of its own loss. A finding of the loss has the parameters that it explains.
    """
    wrong = [i for i in ran if not _output_agrees(network, contract, probes[i], result.probes[i].output)]
    if wrong:
        i = wrong[0]
        shape = np.asarray(result.probes[i].output).shape
        expected = axes.shape(contract.axes["Y"], probes[i].sizes) if contract.axes["Y"] != "labels" else None
        shapes = f" It has shape {shape}, expected {expected}." if expected and shape != expected else ""
        message = (
            f"The forward pass is not the network's: its output a2 differs on {len(wrong)} of {len(ran)} probes."
        )
        yield Finding(fault=None, site="a2", parameters=(), confidence="certain", message=message + shapes)
    values = [(i, value) for i in ran if (value := result.probes[i].loss) is not None]
    if values and not wrong:
        own = [(probes[i], float(np.asarray(value).ravel()[0])) for i, value in values]
        yield from _loss(network, own, wrong_parameters, placed, right_for)


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


def _loss(
    network: Network,
    values: Sequence[tuple[Probe, float]],
    wrong_parameters: Sequence[str],
    placed: Placed,
    right_for: RightFor,
) -> Iterator[Finding]:
    """Say which loss the submission's own one is, where it isn't the configured one."""
    right = [float(loss(network, probe.values)) for probe, _ in values]
    if all(_close(np.array(own), np.array(one)) for (_, own), one in zip(values, right, strict=True)):
        return
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
    evidence = f"on {values[0][0].name}: {values[0][1]:.12g}, expected {right[0]:.12g}"
    yield Finding(
        fault=None,
        site="loss",
        parameters=tuple(explains),
        confidence="certain",
        message=message,
        evidence=evidence,
        hint="Evaluate your loss by hand for one example, term by term.",
        location=placed(*values[0]),
    )
