"""Reports made by hand for the tests of the formats: one of each kind, and one that is hostile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.findings import Finding, Fix, Location, Outcome, ParameterReport, Verdict
from gradcheck.reports.report import Report, SubmissionReport

SOURCE = """\
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(X, Y, W1, b1, W2, b2):
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    dz2 = (a2 - Y) * a2 * (1 - a2)
    dz1 = dz2 @ W2.T * a1 * (1 - a1)
    dW1, dW2, db2 = X.T @ dz1, a1.T @ dz2, dz2.sum(axis=0, keepdims=True)
    db1 = np.sum(dz1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2
"""
HOSTILE = (
    'a\nb\r::error file=x::owned <script>alert(1)</script> ../../etc & "q" `|*\n'
    "::error::forged\n##[error]forged \x1b[31mred\x1b[0m \x00\u202e]]>.py"
)
STEPS = ("z1", "a1", "z2", "a2", "loss", "grad_a2", "slope2", "delta2", "w2", "b2", "grad_a1", "slope1", "delta1")
RIGHT = dict.fromkeys((*STEPS, "w1", "b1"), "right")


def replaced(value: Any, **changes: Any) -> Any:
    """Return a frozen value with some of its fields changed."""
    return replace(value, **changes)


def correct(name: str, shape: tuple[int, ...]) -> ParameterReport:
    """A gradient that is right."""
    entries = int(np.prod(shape))
    return ParameterReport(
        name=name,
        verdict=Verdict.CORRECT,
        shape=shape,
        expected_shape=shape,
        entries=entries,
        wrong_entries=0,
        max_absolute_error=3.5e-17,
        max_relative_error=2.1e-16,
        tolerance=1e-9,
        worst_index=(0,) * len(shape),
        submitted=0.0312345678,
        reference=0.0312345678,
        error_bound=2.2e-16,
        errors=np.zeros(shape),
        reference_values=np.full(shape, 0.03),
    )


def wrong(name: str, errors: np.ndarray, reference: float = 0.1) -> ParameterReport:
    """A gradient that is off by `errors`."""
    worst = np.unravel_index(np.abs(errors).argmax(), errors.shape)
    largest = float(np.abs(errors).max())
    return ParameterReport(
        name=name,
        verdict=Verdict.WRONG,
        shape=errors.shape,
        expected_shape=errors.shape,
        entries=errors.size,
        wrong_entries=int((np.abs(errors) > 1e-10).sum()),
        max_absolute_error=largest,
        max_relative_error=largest / reference,
        tolerance=1e-9,
        worst_index=tuple(int(i) for i in worst),
        submitted=reference + float(errors[worst]),
        reference=reference,
        error_bound=2.2e-16,
        errors=errors,
        reference_values=np.full(errors.shape, reference),
    )


def finding(path: str = "ann.py") -> Finding:
    """The bias of the hidden layer summed over the wrong axis, with its fix."""
    line = "    db1 = np.sum(dz1, axis=1, keepdims=True)"
    mended = line.replace("axis=1", "axis=0")
    return Finding(
        fault="bias-summed-over-wrong-axis",
        site="b1",
        parameters=("b1",),
        confidence="certain",
        message="`b1` is the sum of delta1 over the hidden units; it should be the sum over the examples.",
        evidence="On 3 probes it equals `delta1.sum(axis=1)` to 1e-16, and misses the gradient by 80 %.",
        hint="Which axis of dz1 counts the examples?",
        location=Location(
            file=path,
            line=14,
            column=10,
            end_line=14,
            end_column=44,
            source="np.sum(dz1, axis=1, keepdims=True)",
        ),
        fix=Fix(
            line=mended,
            diff=f"--- {path}\n+++ {path}\n@@ -13,3 +13,3 @@\n-{line}\n+{mended}\n",
            verified=True,
            probes=6,
        ),
    )


def failed(path: str = "ann.py") -> SubmissionReport:
    """A submission with one finding."""
    errors = np.random.default_rng(0).normal(size=(1, 5)) * 0.05
    return SubmissionReport(
        path=path,
        outcome=Outcome.FAILED,
        duration_seconds=0.2134,
        parameters=(correct("W1", (4, 5)), wrong("b1", errors), correct("W2", (5, 3)), correct("b2", (1, 3))),
        findings=(finding(path),),
        notes=("plotting was left out",),
        steps=RIGHT | {"b1": "wrong"},
        source=SOURCE,
    )


def passed(path: str = "good.py") -> SubmissionReport:
    """A submission that is right."""
    parameters = (correct("W1", (4, 5)), correct("b1", (1, 5)), correct("W2", (5, 3)), correct("b2", (1, 3)))
    return SubmissionReport(
        path=path, outcome=Outcome.PASSED, duration_seconds=0.1, parameters=parameters, steps=RIGHT, source=SOURCE
    )


def changing(path: str = "changing.py") -> SubmissionReport:
    """A submission whose gradients are right, and which fails for what it does beside."""
    verdict = "The code changes its argument X in place: the next pass starts from other data."
    aside = Finding(
        fault=None,
        site=None,
        parameters=(),
        confidence="certain",
        message=f"{verdict} Look for `*=`.",
        hint="Is X still what it was?",
        verdict=verdict,
    )
    return replace(passed(path), outcome=Outcome.FAILED, findings=(aside,))


def revived(path: str = "crash.py") -> SubmissionReport:
    """One that ends in an error, and is right with an edit."""
    finding = Finding(
        fault=None,
        site=None,
        parameters=(),
        confidence="certain",
        message="The program ends in an error: NameError: name 'sigmiod' is not defined",
        hint="Which of the values there isn't of the kind that it is taken for?",
        location=Location(file=path, line=9, column=9, end_line=9, end_column=28, source="sigmiod(X @ W1 + b1)"),
        fix=Fix(
            line="    a1 = sigmoid(X @ W1 + b1)",
            diff="@@ -9 +9 @@\n-    a1 = sigmiod(X @ W1 + b1)\n+    a1 = sigmoid(X @ W1 + b1)\n",
            verified=True,
            probes=6,
        ),
        verdict="The program ends in an error.",
    )
    return replace(crashed(path), findings=(finding,), source=SOURCE)


def crashed(path: str = "crash.py") -> SubmissionReport:
    """A submission whose own code raised."""
    return SubmissionReport(
        path=path,
        outcome=Outcome.CRASHED,
        notes=("line 9: NameError: name 'sigmiod' is not defined",),
        source=SOURCE,
    )


def unexplained(path: str = "odd.py") -> SubmissionReport:
    """A submission that is wrong in more ways than one: shapes, no number, missing; no catalogue entry fits."""
    errors = np.random.default_rng(1).normal(size=(300, 64)) * 0.05
    errors[3, 7], errors[100:140] = np.nan, 0
    other = Finding(
        fault=None,
        site="delta2",
        parameters=("W2", "W1"),
        confidence="unknown",
        message="`delta2` is the first quantity that is wrong; no catalogue entry gives its value.",
    )
    shapeless = ParameterReport(
        name="b1", verdict=Verdict.WRONG_SHAPE, shape=(5,), expected_shape=(1, 5), entries=5, wrong_entries=5,
        note="harmless here, since it broadcasts",
    )  # fmt: skip
    missing = ParameterReport(
        name="b2", verdict=Verdict.MISSING, shape=None, expected_shape=(1, 3), entries=3, wrong_entries=3,
        note="KeyError: 'db2'",
    )  # fmt: skip
    parameters = (wrong("W1", errors), shapeless, wrong("W2", errors[:5, :3]), missing)
    steps = dict.fromkeys(RIGHT, "unknown") | {"z1": "right", "a1": "right", "delta2": "wrong", "w2": "wrong"}
    return SubmissionReport(
        path=path, outcome=Outcome.FAILED, parameters=parameters, findings=(other,), steps=steps, source=SOURCE
    )


def outcome(kind: Outcome, path: str) -> SubmissionReport:
    """A submission without a verdict."""
    return SubmissionReport(path=path, outcome=kind, notes=(f"what made it a {kind}",))


def report(*submissions: SubmissionReport, notes: tuple[str, ...] = ()) -> Report:
    """A check of the submissions given."""
    return Report(config="assignment.toml", seed=0, submissions=submissions, notes=notes)


def network(path: str = "network.toml") -> Report:
    """The check of the network itself."""
    return Report(config=path, seed=0, submissions=(passed(path),))


def classroom(students: int = 0) -> Report:
    """A class: one of every outcome, then as many more as asked for."""
    others = [outcome(kind, f"{kind}.py") for kind in list(Outcome)[2:4] + list(Outcome)[5:]]
    more = [(failed if i % 3 else passed)(f"student-{i:04}.py") for i in range(students)]
    return report(
        passed(), failed(), unexplained(), crashed(), *others, *more, notes=("walls: rlimits, Landlock, seccomp",)
    )


def hostile() -> Report:
    """Everything a submission can name is meant to break the report."""
    place = Location(file=HOSTILE, line=1, column=0, end_line=1, end_column=5, source=HOSTILE)
    bad = Finding(
        fault=None,
        site=None,
        parameters=("b1",),
        confidence="unknown",
        message=HOSTILE,
        evidence=HOSTILE,
        hint=HOSTILE,
        location=place,
        alternatives=(place,),
        fix=Fix(line=HOSTILE, diff=f"-{HOSTILE}\n+{HOSTILE}\n", verified=False),
    )
    wrong_one = wrong("b1", np.array([[np.inf, np.nan, 1.0]]))
    attack = SubmissionReport(
        path=HOSTILE,
        outcome=Outcome.FAILED,
        parameters=(wrong_one,),
        findings=(bad,),
        notes=(HOSTILE,),
        source=HOSTILE,
    )
    return report(
        attack, outcome(Outcome.CRASHED, HOSTILE), outcome(Outcome.CRASHED, "\udc80.py"), notes=(HOSTILE,)
    )


def everywhere(text: str, seed: int) -> Report:
    """One finding with the same text in every field, at a place drawn by the seed that need not exist."""
    rng = np.random.default_rng(seed)
    line, column, length = (int(n) for n in rng.integers(1, 80, 3))
    cell = int(rng.integers(1, 4)) if rng.random() < 0.3 else None
    place = Location(
        file=text, line=line, column=column, end_line=line + length % 3, end_column=length, source=text, cell=cell
    )
    bad = Finding(
        fault=None,
        site=None,
        parameters=("W1",),
        confidence="unknown",
        message=text,
        evidence=text,
        hint=text,
        location=place,
        alternatives=(place,),
        fix=Fix(line=text, diff=text, verified=True),
    )
    gradient = replaced(wrong("W1", rng.normal(size=(2, 3))), note=text)
    attack = SubmissionReport(
        path=text, outcome=Outcome.FAILED, parameters=(gradient,), findings=(bad,), notes=(text,), source=text * 3
    )
    return report(attack, notes=(text,))
