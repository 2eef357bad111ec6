"""The use case: a loss and its hand-written gradients in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.comparison import TOLERANCES, compare
from gradcheck.errors import GradcheckError
from gradcheck.findings import Finding, Outcome, ParameterReport, Verdict
from gradcheck.functions import patterns
from gradcheck.functions.behaviour import Behaviour, observe
from gradcheck.functions.nests import Absent
from gradcheck.functions.numerical import Numerical, Reference
from gradcheck.functions.subject import Subject, Values
from gradcheck.network.forward import Array
from gradcheck.reports.report import Report, SubmissionReport

# How little a reference may know, relative to its largest entry, for agreement with it to mean something.
_NOISE_LIMIT = 1e-4
_SINGLE_LIMIT = 1e-2

References = Callable[[Values], list[Numerical]]
# (values, submitted) -> for each leaf a verdict, or None where only a whole gradient can tell
Screen = Callable[[Values, Sequence[Array | Absent]], list[ParameterReport | None]]
# (position of the leaf, submitted gradient) -> order of the Taylor remainder
Order = Callable[[int, Array], float]


@dataclass(frozen=True)
class Comparison:
    """
    Submitted and numerical gradients at one set of parameters.

    Attributes
    ----------
    values, submitted, reference : tuple
        One entry for each leaf that is differentiated.
    """

    values: tuple[Array, ...]
    submitted: tuple[Array | Absent, ...]
    reference: tuple[Numerical, ...]


def examine_loss(subject: Subject, *, method: str, seed: int, quick: bool, sizes: Mapping[str, int]) -> Report:
    """Compare gradients with the loss that they are gradients of; `quick` as in `check_gradients`."""
    reference = Reference(subject, method, seed)
    screen = reference.screen if quick else None
    return examine(subject, reference, seed=seed, sizes=sizes, screen=screen, order=reference.order)


def examine(
    subject: Subject,
    reference: References,
    *,
    seed: int,
    sizes: Mapping[str, int],
    screen: Screen | None = None,
    order: Order | None = None,
) -> Report:
    """
    Compare submitted gradients with the reference, and explain those that are wrong.

    Parameters
    ----------
    subject : Subject
    reference : callable (values) -> list of Numerical
        The right gradients of the leaves that are differentiated.
    seed : int
        Of the second point, where explanations are confirmed.
    sizes : mapping
        Sizes worth recognising in a constant, by what they are.
    screen : callable, optional
        A faster check; if it is satisfied with every leaf, its verdicts stand.
    order : callable, optional
        Order of the Taylor remainder of one leaf: evidence that owes nothing to the reference.
    """
    # The very first call is the one that is judged: what later calls leave behind must not count against it.
    subject.loss_at(subject.values)
    submitted = subject.gradients_at(subject.values)
    elsewhere = usable(subject, moved(subject, np.random.default_rng([seed, 1])))
    behaviour = observe(subject, elsewhere)
    screened = None if screen is None else _screened(subject, screen, submitted, behaviour)
    if screened is not None:
        return _report(subject, seed, screened, behaviour.findings, ())
    here = Comparison(_present(subject.values), tuple(submitted), tuple(reference(subject.values)))
    names = [subject.leaves[index].name for index in subject.active]
    parameters = [_judge(n, s, r) for n, s, r in zip(names, here.submitted, here.reference, strict=True)]
    notes = list(dict.fromkeys(note for numerical in here.reference for note in numerical.notes))
    if not behaviour.steady_loss:
        parameters = [_inconclusive(parameter) for parameter in parameters]
    elif elsewhere is not None and behaviour.steady_gradients:
        parameters = _beyond_zeros(subject, parameters, here, elsewhere, reference, notes)
    explained = _explained(subject, parameters, here, elsewhere, reference, sizes, behaviour)
    unexplained = _unexplained(parameters, explained, behaviour)
    findings = [*behaviour.findings, *_with_order([*explained, *unexplained], names, here, order)]
    if not any(numerical.value.any() for numerical in here.reference):
        notes.append("the loss doesn't change with any parameter: does it read its argument?")
    return _report(subject, seed, parameters, findings, notes)


def _report(
    subject: Subject,
    seed: int,
    parameters: Sequence[ParameterReport],
    findings: Sequence[Finding],
    notes: Sequence[str],
) -> Report:
    """The report on one subject."""
    passed = all(parameter.verdict.passes for parameter in parameters) and not findings
    submission = SubmissionReport(
        path=subject.name,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        parameters=tuple(parameters),
        findings=tuple(findings),
        notes=tuple(notes),
    )
    return Report(config="", seed=seed, submissions=(submission,))


def _screened(
    subject: Subject, screen: Screen, submitted: Sequence[Array | Absent], behaviour: Behaviour
) -> list[ParameterReport] | None:
    """Verdicts of the faster check, if it is satisfied with everything."""
    if behaviour.findings:
        return None
    verdicts = [verdict for verdict in screen(subject.values, submitted) if verdict is not None]
    return verdicts if len(verdicts) == len(subject.active) else None


def _present(values: Values) -> tuple[Array, ...]:
    """Values of what is differentiated."""
    return tuple(array for array in values if array is not None)


def at(subject: Subject, values: Values, reference: References) -> Comparison:
    """Evaluate both sides; the loss first, for gradients that build on its forward pass."""
    subject.loss_at(values)
    submitted = subject.gradients_at(values)
    return Comparison(_present(values), tuple(submitted), tuple(reference(values)))


def moved(subject: Subject, rng: np.random.Generator) -> Values:
    """Other generic values near the given ones: signs are kept, zeros are left."""

    def move(array: Array | None) -> Array | None:
        if array is None:
            return None
        scale = float(np.sqrt(np.mean(np.abs(array) ** 2))) if array.size else 0.0
        shift = rng.normal(size=array.shape) + (
            1j * rng.normal(size=array.shape) if array.dtype.kind == "c" else 0
        )
        at_zero = 0.3 * (scale or 1.0) * shift
        return np.where(array == 0, at_zero, array * np.exp(0.2 * shift)).astype(array.dtype)

    return tuple(move(array) for array in subject.values)


def usable(subject: Subject, values: Values) -> Values | None:
    """The values, if both functions can be evaluated there."""
    try:
        with np.errstate(all="ignore"):
            loss = subject.loss_at(values)
            gradients = subject.gradients_at(values)
    except Exception:  # it is the user's own code that fails where it was never meant to be evaluated
        return None
    finite = all(isinstance(g, Absent) or np.isfinite(g).all() for g in gradients)
    return values if np.isfinite(loss) and finite else None


def _judge(name: str, submitted: Array | Absent, numerical: Numerical) -> ParameterReport:
    """Verdict on one leaf; complex numbers are compared as pairs."""
    value, bound = numerical.value, numerical.bound
    if isinstance(submitted, Absent):
        return replace(compare(name, None, value, bound, expected_shape=value.shape), note=submitted.reason)
    if value.dtype.kind == "c" and submitted.shape == value.shape:
        pair = np.stack([bound, bound], axis=-1)
        report = compare(
            name,
            _parts(submitted),
            _parts(value),
            pair,
            expected_shape=(*value.shape, 2),
            dtype=str(submitted.dtype),
        )
        worst = None if report.worst_index is None else report.worst_index[:-1]
        wrong = min(report.wrong_entries, value.size)
        return replace(
            report,
            shape=value.shape,
            expected_shape=value.shape,
            entries=value.size,
            wrong_entries=wrong,
            worst_index=worst,
            errors=None,
            reference_values=None,
        )
    if submitted.dtype.kind == "c" and not submitted.imag.any():
        submitted = submitted.real
    report = compare(name, submitted, value, bound, expected_shape=value.shape)
    return _as_far_as_known(report, numerical)


def _parts(array: Array) -> Array:
    """Real and imaginary parts in a last axis of their own."""
    return np.stack([array.real, array.imag], axis=-1)


def _as_far_as_known(report: ParameterReport, numerical: Numerical) -> ParameterReport:
    """Let pass, as imprecise, what agrees with a reference that knows less than usual, for noise or a kink."""
    scale = float(np.abs(numerical.value).max(initial=0.0))
    accuracy = float(numerical.bound.max(initial=0.0))
    limit = _SINGLE_LIMIT if numerical.single else _NOISE_LIMIT
    if report.verdict is not Verdict.INCONCLUSIVE or not 0 < accuracy <= limit * scale:
        return report
    why = "a loss in float32" if numerical.single else "this loss here, for its noise or a kink nearby,"
    note = f"agrees to ±{accuracy / scale:.0e}, all that {why} can tell"
    return replace(report, verdict=Verdict.IMPRECISE, note=note)


def _inconclusive(parameter: ParameterReport) -> ParameterReport:
    """Nothing can be said of values against a loss that doesn't keep still."""
    if parameter.verdict in (Verdict.MISSING, Verdict.WRONG_SHAPE):
        return parameter
    return replace(parameter, verdict=Verdict.INCONCLUSIVE, note="the loss is not deterministic")


def _beyond_zeros(
    subject: Subject,
    parameters: list[ParameterReport],
    here: Comparison,
    elsewhere: Values,
    reference: References,
    notes: list[str],
) -> list[ParameterReport]:
    """Check again elsewhere if a parameter is zero throughout, as biases at first are: zeros hide mistakes."""
    hidden = [p.name for p, v in zip(parameters, here.values, strict=True) if v.size and not v.any()]
    if not hidden or not all(parameter.verdict.passes for parameter in parameters):
        return parameters
    there = at(subject, elsewhere, reference)
    again = [
        _judge(parameter.name, submitted, numerical)
        for parameter, submitted, numerical in zip(parameters, there.submitted, there.reference, strict=True)
    ]
    if all(p.verdict in (Verdict.CORRECT, Verdict.IMPRECISE, Verdict.INCONCLUSIVE) for p in again):
        return parameters
    zeros = ", ".join(f"`{name}`" for name in hidden)
    notes.append(f"right at the given parameters, where {zeros} is zero, but wrong at others near them")
    note = f"right only where {zeros} is zero; shown at other values"
    return [
        replace(new, note=note) if new.verdict in (Verdict.WRONG, Verdict.WRONG_SHAPE) else old
        for old, new in zip(parameters, again, strict=True)
    ]


def _explained(
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
            there = at(subject, elsewhere, reference)
        except GradcheckError:
            there = None
    point = _point(names, here, sizes)
    other = None if there is None else _point(names, there, sizes)
    if other is not None and all(p.note.startswith("right only where") for p in parameters if p.name in wrong):
        point, other = other, None
    found = {name: patterns.explain(point, other, name) for name in wrong}
    return _grouped(
        {name: explanations for name, explanations in found.items() if explanations}, other is not None
    )


def _unexplained(
    parameters: Sequence[ParameterReport], explained: Sequence[Finding], behaviour: Behaviour
) -> list[Finding]:
    """One finding without a name for everything wrong that no pattern explains."""
    known = {name for finding in [*explained, *behaviour.findings] for name in finding.parameters}
    names = tuple(
        p.name for p in parameters if p.verdict in (Verdict.WRONG, Verdict.WRONG_SHAPE) and p.name not in known
    )
    if not names:
        return []
    which = ", ".join(f"`{name}`" for name in names)
    message = f"no pattern of mistakes explains the gradient{'s' if len(names) > 1 else ''} of {which}"
    return [Finding(fault=None, site=None, parameters=names, confidence="unknown", message=message)]


def _with_order(
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
    )


def _tolerance(submitted: Any, numerical: Numerical) -> float:
    """Relative distance within which two gradients are the same, for an explanation."""
    scale = float(np.abs(numerical.value).max(initial=0.0))
    noise = 10 * float(numerical.bound.max(initial=0.0)) / scale if scale > 0 else 0.0
    single = getattr(submitted, "dtype", np.dtype(float)).itemsize <= 4
    base = max(patterns.TOLERANCE, TOLERANCES.float32)
    return min(max(patterns.SINGLE_TOLERANCE if single else base, noise), 1e-2)


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
