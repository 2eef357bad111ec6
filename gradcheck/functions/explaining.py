"""From what is wrong to findings: one for each root cause, confirmed at a second point, with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.comparison import TOLERANCES, tolerance_of
from gradcheck.errors import GradcheckError
from gradcheck.findings import Finding, ParameterReport, Verdict
from gradcheck.functions import patterns
from gradcheck.functions.behaviour import Behaviour
from gradcheck.functions.nearby import ONLY_HERE
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical
from gradcheck.functions.points import Comparison, References, at
from gradcheck.functions.small import SMALL
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array

# (position of the leaf, submitted gradient) -> order of the Taylor remainder
Order = Callable[[int, Array], float]
# Relative to the gradient: a reference that is less certain than this tells of no pattern.
_LEAST_KNOWN = 1e-2


def explained(
    subject: Subject,
    parameters: list[ParameterReport],
    here: Comparison,
    elsewhere: Values | None,
    reference: References,
    sizes: Mapping[str, int],
    behaviour: Behaviour,
) -> list[Finding]:
    """Findings for what is wrong, one for each root cause."""
    wrong = [p.name for p in parameters if p.verdict in (Verdict.WRONG, Verdict.WRONG_SHAPE)]
    if not wrong or not (behaviour.steady_loss and behaviour.steady_gradients):
        return []
    names = [parameter.name for parameter in parameters]
    there = None
    if elsewhere is not None and behaviour.steady_gradients:
        try:
            positions = [position for position, name in enumerate(names) if name in wrong]
            there = at(subject, elsewhere, reference, positions)
        except GradcheckError:
            there = None
    shown = [comparison for comparison in (here, there) if comparison is not None]
    if there is not None and all(p.note.startswith(ONLY_HERE) for p in parameters if p.name in wrong):
        shown = [there]
    point, *others = [_point(names, comparison, sizes) for comparison in shown]
    other = others[0] if others else None
    # patterns are told by the largest entries, which are right where only small ones are wrong
    small = {parameter.name for parameter in parameters if parameter.note.startswith(SMALL)}
    known = [
        name
        for name in wrong
        if name not in small and all(_known(names.index(name), comparison) for comparison in shown)
    ]
    found = {name: patterns.explain(point, other, name) for name in known}
    return _grouped(
        {name: explanations for name, explanations in found.items() if explanations}, other is not None
    )


def unexplained(
    parameters: Sequence[ParameterReport], named: Sequence[Finding], behaviour: Behaviour
) -> list[Finding]:
    """One finding without a name for everything wrong that no pattern explains."""
    known = {name for finding in [*named, *behaviour.findings] for name in finding.parameters}
    names = tuple(
        p.name for p in parameters if p.verdict in (Verdict.WRONG, Verdict.WRONG_SHAPE) and p.name not in known
    )
    if not names:
        return []
    which = ", ".join(f"`{name}`" for name in names)
    message = f"no pattern of mistakes explains the gradient{'s' if len(names) > 1 else ''} of {which}"
    return [Finding(fault=None, site=None, parameters=names, confidence="unknown", message=message)]


def with_order(
    findings: Sequence[Finding], names: Sequence[str], here: Comparison, order: Order | None
) -> list[Finding]:
    """Findings with the Taylor remainder's order as further evidence, where it says something."""

    def evidence(finding: Finding) -> str:
        position = names.index(finding.parameters[0])
        submitted = here.submitted[position]
        if order is None or isinstance(submitted, Absent) or submitted.shape != here.values[position].shape:
            return finding.evidence
        exponent = order(position, submitted)
        if not 0.5 < exponent < 1.5:
            return finding.evidence
        text = f"the Taylor remainder along a Gaussian direction shrinks by the power {exponent:.1f}, not 2"
        return f"{finding.evidence}; {text}" if finding.evidence else text

    return [replace(finding, evidence=evidence(finding)) for finding in findings]


def _point(names: Sequence[str], comparison: Comparison, sizes: Mapping[str, int]) -> patterns.Point:
    """What the patterns look at."""
    pairs = list(zip(names, comparison.submitted, strict=True))
    references = dict(zip(names, comparison.reference, strict=True))
    return patterns.Point(
        values=dict(zip(names, comparison.values, strict=True)),
        submitted={name: submitted for name, submitted in pairs if not isinstance(submitted, Absent)},
        reference={name: numerical.value for name, numerical in references.items()},
        tolerances={name: _tolerance(submitted, references[name]) for name, submitted in pairs},
        sizes=sizes,
        limits={
            name: _limit(submitted, references[name])
            for name, submitted in pairs
            if not isinstance(submitted, Absent) and references[name].value.dtype.kind == "f"
        },
    )


def _known(position: int, comparison: Comparison) -> bool:
    """Whether a reference is known well enough for a relation to it to mean something."""
    numerical, submitted = comparison.reference[position], comparison.submitted[position]
    largest = 0.0 if isinstance(submitted, Absent) else float(np.abs(submitted).max(initial=0.0))
    scale = max(float(np.abs(numerical.value).max(initial=0.0)), largest)
    return bool(float(numerical.bound.max(initial=0.0)) <= _LEAST_KNOWN * scale)


def _tolerance(submitted: Any, numerical: Numerical) -> float:
    """Relative distance within which two gradients are the same, for an explanation."""
    scale = float(np.abs(numerical.value).max(initial=0.0))
    noise = 10 * float(numerical.bound.max(initial=0.0)) / scale if scale > 0 else 0.0
    single = getattr(submitted, "dtype", np.dtype(float)).itemsize <= 4
    base = max(patterns.TOLERANCE, TOLERANCES.float32)
    return min(max(patterns.SINGLE_TOLERANCE if single else base, noise), _LEAST_KNOWN)


def _limit(submitted: Array, numerical: Numerical) -> Array:
    """Largest error of each entry that is no mistake, as the verdict has it; float32 is given its own."""
    value, bound = numerical.value, numerical.bound
    known = np.maximum(tolerance_of(value, bound), 2.0 * bound)
    single = submitted.dtype.itemsize <= 4
    return np.maximum(known, TOLERANCES.float32 * np.abs(value).max(initial=0.0)) if single else known


def _grouped(found: Mapping[str, list[patterns.Explanation]], confirmed: bool) -> list[Finding]:
    """One finding for all parameters that the same pattern explains with the same constants."""
    groups: list[tuple[patterns.Explanation, list[str], list[patterns.Explanation]]] = []
    for name, explanations in found.items():
        first = explanations[0]
        for leader, names, _ in groups:
            if leader.fault == first.fault and patterns.same_key(leader.key, first.key):
                names.append(name)
                break
        else:
            groups.append((first, [name], explanations[1:]))
    evidence = "holds for every entry" + (
        ", with the same constants at a second, random point" if confirmed else ""
    )
    return [
        Finding(
            fault=leader.fault,
            site=None,
            parameters=tuple(names),
            confidence="class" if others else "certain",
            message=leader.message.replace(f"`{names[0]}`", ", ".join(f"`{n}`" for n in names), 1),
            evidence=evidence,
            hint=leader.hint,
            equivalent=tuple(other.fault for other in others),
        )
        for leader, names, others in groups
    ]
