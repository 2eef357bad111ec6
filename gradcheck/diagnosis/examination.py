"""
A submission whose gradients are wrong: what is known of it, its explanation by value, and a run that was watched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis import messages
from gradcheck.diagnosis.explain.by_value import Explainer
from gradcheck.diagnosis.explain.explanation import Explained, Submitted
from gradcheck.diagnosis.explain.fitting import FLOAT32_TOLERANCE, TOLERANCE
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.repair.mending import Rows
from gradcheck.diagnosis.repair.proving import searched
from gradcheck.diagnosis.repair.trying import Judge, Run
from gradcheck.findings import Finding
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, Network, printed
from gradcheck.probes import Probe
from gradcheck.submissions import axes
from gradcheck.submissions.arrays import EVENTS_PER_NODE
from gradcheck.submissions.belonging import imports
from gradcheck.submissions.job import Job, JobResult
from gradcheck.submissions.reading import Source

_ROUNDED = 1e-3  # relative


@dataclass(frozen=True, kw_only=True)
class Examination:
    """
    A submission whose gradients are wrong, and the means to find out why.

    Attributes
    ----------
    source : Source
    contract : Contract
    network : Network
        The one it is held against.
    probes : tuple of Probe
    result : JobResult
        Of a run on `probes`.
    gradients : tuple of mapping, or None
        `w1 b1 w2 b2` to the gradient in rows, one a probe; None where it didn't run.
    forward : tuple of Finding
        What is wrong with the output or the loss that the submission shows.
    wrong : tuple of str
        Parameters whose gradients are wrong, in order.
    wrong_shape : frozenset of str
    explainer : Explainer
        For `network` on `probes`.
    run : callable (Job) -> JobResult
    judge : callable (probes, JobResult) -> frozenset of str
        Which parameters are wrong; all, where it didn't run.
    lenient : callable (probes, JobResult) -> frozenset of str, optional
        The same for any scale of the loss: where any will do, and no gradient says which is meant.
    rows : callable (Probe, ProbeResult) -> mapping
        Gradients of one probe in rows.
    fresh : callable () -> sequence of Probe
        Probes that nothing was found on.
    places, edits : bool
        Whether to look for places, and for edits.
    seconds : float
        How long to look for edits.
    """

    source: Source
    contract: Contract
    network: Network
    probes: tuple[Probe, ...]
    result: JobResult
    gradients: tuple[Mapping[str, Array] | None, ...]
    forward: tuple[Finding, ...]
    wrong: tuple[str, ...]
    wrong_shape: frozenset[str]
    explainer: Explainer
    run: Run
    judge: Judge
    lenient: Judge | None = None
    rows: Rows
    fresh: Callable[[], Sequence[Probe]]
    places: bool = True
    edits: bool = True
    seconds: float = 2.0


@dataclass(frozen=True)
class Watched:
    """
    A run that was watched.

    Attributes
    ----------
    program : Program
    probe : Probe
        The first that it ran on and was wrong on.
    observation : Observation
    seconds : float
        It took, for each probe.
    beside : JobResult or None
        Of the same run, on the probes of the search for edits; None where it didn't come to all of them.
    """

    program: Program
    probe: Probe
    observation: Observation
    seconds: float
    beside: JobResult | None


def watch(case: Examination) -> Watched | None:
    """Watch one run, on a problem where the mistake shows; None where nothing is to be seen."""
    broken = not_finite(case)
    index = next((i for i in telling(case) if _breaks(case, broken, i)), None)
    if index is None:  # what is missing is so everywhere
        (index, *_) = wrong_on(case, {*case.wrong} - {*missing(case)}) or telling(case)
    probe, beside = case.probes[index], searched_on(case) if case.edits else ()
    asked = (probe, *(one for one in beside if one is not probe))
    inputs = tuple(axes.inputs(one, case.contract) for one in asked)
    job = Job(path=case.source.path, contract=case.contract, inputs=inputs, source=case.source.text, watch=True)
    began = perf_counter()
    result = case.run(job)
    seconds = (perf_counter() - began) / max(1, len(result.probes))
    if not result.probes or not result.probes[0].events:
        return None
    program = Program(case.source.text)
    table = Table(Trace(case.network, probe.values))
    whole = result.status == "done" and len(result.probes) == len(asked)
    ran = {id(one): found for one, found in zip(asked, result.probes, strict=False)}
    of_search = replace(result, probes=tuple(ran[id(one)] for one in beside)) if whole and beside else None
    observation = Observation(program, result.probes[0].events, table)
    return Watched(program, probe, observation, seconds, of_search)


def searched_on(case: Examination) -> tuple[Probe, ...]:
    """
    Choose the probes of the search, of those on which something is wrong where no other shows it.

    Where the program ends in an error on both, one on which it doesn't is better than another of these.
    """
    chosen, wrong = searched(case.probes), wrong_on(case, case.wrong)
    given = [*case.gradients, *[None] * (len(case.probes) - len(case.gradients))]
    ran = [probe for probe, gradients in zip(case.probes, given, strict=True) if gradients is not None]
    if ran and not any(one is other for one in chosen for other in ran):
        chosen = (searched(ran)[-1], chosen[-1])
    telling = [probe for i, probe in enumerate(case.probes) if i in wrong or given[i] is None]
    shown = not wrong or any(one is other for one in chosen for other in telling)
    return chosen if shown else searched(telling)


def version(case: Examination, text: str) -> Examination:
    """Give the same of a submission with another text: what it computes, and whose gradients are wrong."""
    inputs = tuple(axes.inputs(probe, case.contract) for probe in case.probes)
    result = case.run(Job(path=case.source.path, contract=case.contract, inputs=inputs, source=text))
    wrong = case.judge(case.probes, result)
    rows = tuple(
        case.rows(probe, one) if one.status == "ok" else None
        for probe, one in zip(case.probes, result.probes, strict=False)
    )
    return replace(
        case,
        source=case.source.edited(text),
        result=result,
        gradients=rows,
        wrong=tuple(name for name in case.network.parameters if name in wrong),
        wrong_shape=frozenset(),
        forward=(),
    )


def explain(case: Examination, watched: Watched | None = None, *, several: bool = True) -> tuple[Explained, ...]:
    """Explain by value the gradients with one on every probe that ran; unless several, a delta by one fault."""
    ran = telling(case)
    tables = [found for index in ran if (found := case.gradients[index]) is not None]
    broken = not_finite(case)  # what is no number is not explained by numbers
    names = [
        name for name in case.network.parameters if name not in broken and all(name in table for table in tables)
    ]
    if not ran or not names:
        return ()
    on_the_first = watched if watched and watched.probe is case.probes[ran[0]] else None
    computed = _computed(case, on_the_first) if on_the_first else None
    single = any("float32" in dtype for probe in case.result.probes for dtype in probe.dtypes.values())
    submitted = Submitted(
        probes=tuple(ran),
        gradients={name: tuple(np.asarray(table[name], dtype=float) for table in tables) for name in names},
        wrong_shape=case.wrong_shape,
        tolerance=FLOAT32_TOLERANCE if single or _guarded(case, ran[0]) else TOLERANCE,
        forward_right=watched is not None and watched.observation.shows("a1") and watched.observation.shows("a2"),
        computed=computed,
    )
    right = Trace(case.network, case.probes[ran[0]].values)
    seen = submitted.may_come_to(right.a2, _ROUNDED)  # be it with the digits that float16 has
    wrong = any(finding.site == "a2" for finding in case.forward) or not seen
    if on_the_first and computed is not None and not on_the_first.observation.shows("z1"):
        submitted = replace(submitted, computed=None)  # nothing says that the forward pass is among what was seen
    submitted = replace(submitted, several=several and not wrong)
    faults = case.explainer.explain(submitted)
    return tuple(one for one in faults if messages.downstream(one.site, case.wrong) or one.parameters)


def _computed(case: Examination, watched: Watched) -> Array | None:
    """Every number that was come to, if that is all: of another file's functions, and of long loops, it isn't."""
    seen = watched.observation
    long = max((len(values) for values in seen.values.values()), default=0)
    if long >= EVENTS_PER_NODE or _imports_beside(case.source):
        return None
    return seen.numbers()


def _imports_beside(source: Source) -> bool:
    """Whether a program imports a module that lies beside it."""
    places = [Path(source.path).absolute().parent / name for name in imports(source.text)]
    return any(one.with_suffix(".py").exists() or (one / "__init__.py").exists() for one in places)


def missing(case: Examination) -> dict[str, str]:
    """Parameters that no run gave a gradient of, and how the contract's expression for each fails."""
    given = {name for found in case.gradients if found is not None for name in found}
    reasons = {name: why for probe in case.result.probes for name, why in probe.missing.items()}
    return {name: reasons.get(printed(name), "") for name in case.network.parameters if name not in given}


def not_finite(case: Examination) -> tuple[str, ...]:
    """Parameters whose gradients are NaN or infinite somewhere, on some probe."""
    return tuple(
        name
        for name in case.network.parameters
        if name in case.wrong and any(_breaks(case, [name], index) for index in range(len(case.gradients)))
    )


def breaking_on(case: Examination, names: Collection[str]) -> str:
    """Say on which probes gradients aren't finite."""
    return f"not finite on {_listed(case, [i for i in range(len(case.gradients)) if _breaks(case, names, i)])}"


def _breaks(case: Examination, names: Collection[str], index: int) -> bool:
    found = case.gradients[index] or {}
    return any(not np.isfinite(np.asarray(found[name], dtype=float)).all() for name in names if name in found)


def are_nothing(case: Examination, names: Collection[str]) -> bool:
    """Whether gradients are zero wherever they are there at all: any mistake can hide behind them."""
    return not any(found[name].any() for found in case.gradients if found for name in names if name in found)


def _guarded(case: Examination, index: int) -> bool:
    """Whether gradients that pass are off by a little, as by a guard in log(a + 1e-8): what is wrong is, too."""
    trace, found = Trace(case.network, case.probes[index].values), case.gradients[index] or {}
    off = [
        np.abs(found[name] - right).max(initial=0.0) / np.abs(right).max(initial=1e-300)
        for name in set(case.network.parameters) & set(found) - set(case.wrong)
        if found[name].shape == (right := np.asarray(trace.gradient(name))).shape
    ]
    return any(TOLERANCE / 10 < one <= FLOAT32_TOLERANCE for one in off)


def telling(case: Examination) -> list[int]:
    """Choose the probes to explain by: where some gradients are missing on some, those where all are there."""
    ran = [index for index, found in enumerate(case.gradients) if found is not None]
    whole = [index for index in ran if set(case.network.parameters) <= set(case.gradients[index] or {})]
    return whole or ran


def wrong_on(case: Examination, names: Collection[str]) -> list[int]:
    """Choose of the probes to explain by those on which some of these gradients are wrong."""
    return [
        index
        for index in telling(case)
        if case.judge((case.probes[index],), replace(case.result, probes=(case.result.probes[index],))) & {*names}
    ]


def told(case: Examination, explained: Sequence[Explained]) -> list[Finding]:
    """Write every explanation down, with the evidence for it."""
    return [
        messages.finding(one, case.network, case.contract, case.wrong, text)
        for one, text in zip(explained, _evidence(case, explained), strict=True)
    ]


def _evidence(case: Examination, explained: Sequence[Explained]) -> list[str]:
    """On how many probes the explanation reproduces the values; without one, on which they are wrong."""
    ran = telling(case)
    return [
        f"reproduced to {max(one.residual, 1e-16):.0e} of the gradient's scale on {_listed(case, ran)}"
        if one.fault
        else _wrong_on(case, ran, wrong_on(case, one.parameters or messages.downstream(one.site, case.wrong)))
        for one in explained
    ]


def _wrong_on(case: Examination, ran: Sequence[int], wrong: Sequence[int]) -> str:
    """Say on which probes something is wrong, and on how many it isn't."""
    right = len(ran) - len(wrong)
    if not wrong:
        return ""
    return f"wrong on {_listed(case, wrong)}" + (f", right on the other {right}" if right else "")


def _listed(case: Examination, indices: Sequence[int]) -> str:
    """How many probes, and which."""
    sizes = "; ".join(case.probes[index].name for index in indices)
    return f"{len(indices)} probe{'s' * (len(indices) != 1)} ({sizes})"
