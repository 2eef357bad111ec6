"""Gradients as the catalogue's entries predict them, for tests of the catalogue and of the explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from gradcheck.config import LAYOUTS, Assignment, Contract, Sizes
from gradcheck.diagnosis.explain.explanation import Explained, Submitted
from gradcheck.faults import CATALOGUE, Fault, layer_of
from gradcheck.network.backward import Override, Trace, gradients
from gradcheck.network.forward import Array, Network, Scale, printed
from gradcheck.probes import Probe, make
from gradcheck.submissions.job import ProbeResult
from gradcheck.verification.judging import in_rows

SCALAR = 0.3
"""The free scalar of an entry that has one: no simple number of the sizes."""


@dataclass(frozen=True)
class Planted:
    """One entry at one site, in one of its variations."""

    fault: Fault
    site: str
    variation: int
    override: Override

    def __str__(self) -> str:
        return f"{self.fault.name} at {self.site} ({self.variation})"


def networks() -> tuple[Network, ...]:
    """Networks that between them let every entry apply."""
    mean = Scale.parse("1/n")
    return (
        Network(),
        Network(
            hidden_activation="tanh",
            loss="binary-cross-entropy",
            loss_scale=mean,
            weight_decay=0.1,
            weight_decay_scale=mean,
        ),
        Network(hidden_activation="relu", output_activation="softmax", loss="cross-entropy", loss_scale=mean),
        Network(hidden_activation="relu", output_activation="identity", loss_scale=Scale.parse("1/(2 n k)")),
        Network(hidden_activation="tanh", output_activation="tanh", loss_scale=Scale.parse("1/(2 n)")),
    )


def probes_of(network: Network, seed: int = 0, outputs: int = 3) -> tuple[Probe, ...]:
    """Default probes for a network."""
    assignment = Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=outputs))
    return make(
        replace(assignment, probes=replace(assignment.probes, seed=seed)), {"k": 1} if outputs == 1 else None
    )


def planted(network: Network) -> Iterator[Planted]:
    """Every entry that applies to a network, at every site and in every variation."""
    for fault in CATALOGUE:
        for site in fault.sites:
            if fault.applies(network, layer_of(site)):
                for variation, override in enumerate(fault.overrides(site)):
                    if fault.term:
                        override = partial(_with_term, site, override)
                    yield Planted(fault, site, variation, override)


def submit(network: Network, probes: Sequence[Probe], faults: Sequence[Planted]) -> Submitted | None:
    """
    The gradients of a program with these mistakes; None where it runs on no probe.

    A probe on which shapes forbid it is one on which the program crashes, and is left out.
    """
    overrides = {one.site: one.override for one in faults}
    used: list[int] = []
    found: dict[str, list[Array]] = {name: [] for name in network.parameters}
    odd: set[str] = set()
    for index, probe in enumerate(probes):
        table = wrong_gradients(network, probe.values, overrides)
        if table is None:
            continue
        used.append(index)
        for name, array in table.items():
            found[name].append(array)
            if array.shape != probe.values[name].shape:
                odd.add(name)
    if not used:
        return None
    return Submitted(tuple(used), {name: tuple(arrays) for name, arrays in found.items()}, frozenset(odd))


def wrong_gradients(
    network: Network, values: Mapping[str, Array], overrides: Mapping[str, Override]
) -> dict[str, Array] | None:
    """Gradients under some overrides, finite; None where shapes forbid it."""
    trace = Trace(network, values, overrides)
    with np.errstate(all="ignore"):
        try:
            table = {name: np.asarray(trace.gradient(name), dtype=float) for name in network.parameters}
        except (ValueError, IndexError):
            return None
    return table if all(np.isfinite(array).all() for array in table.values()) else None


def silent(network: Network, probes: Sequence[Probe], submitted: Submitted) -> bool:
    """Whether the gradients are the right ones after all."""
    for position, index in enumerate(submitted.probes):
        right = gradients(network, probes[index].values)
        for name, arrays in submitted.gradients.items():
            one, scale = arrays[position], float(np.abs(right[name]).max(initial=0.0))
            if one.shape != right[name].shape or np.abs(one - right[name]).max(initial=0.0) > 1e-10 * scale:
                return False
    return True


def named(found: Sequence[Explained]) -> list[set[str]]:
    """For each finding, the names that it may go by."""
    return [{one.fault.name, *one.equivalent} if one.fault else set() for one in found]


def _with_term(site: str, term: Override, trace: Trace) -> Any:
    """A term with its scalar; at a site of weight decay the term is all there is."""
    value = SCALAR * np.asarray(term(trace))
    return value if site.startswith("decay") else trace.right(site) - value


def through_columns(submitted: Submitted, probes: Sequence[Probe]) -> Submitted:
    """The same gradients as a program that keeps examples in columns gives them, and as they are read back."""
    contract = Contract(axes=dict(LAYOUTS["columns"]))
    tables = []
    for position, index in enumerate(submitted.probes):
        arrays = {printed(name): arrays[position].T for name, arrays in submitted.gradients.items()}
        tables.append(in_rows(contract, probes[index], ProbeResult(status="ok", gradients=arrays)))
    names = submitted.gradients
    return replace(submitted, gradients={name: tuple(table[name] for table in tables) for name in names})
