"""Two mistakes of which each keeps the other from showing: both are mended, and what is left passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from changed_cases import CASES, changed

from gradcheck.findings import Outcome
from gradcheck.submissions.sandbox import Sandbox


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        # no example is long enough for the weights, and the activation is none: only both edits make it run
        ("correct/rows/diagonal_jacobians.py", (("zip(X, Y)", "zip(Y, X)"), ("a = 1 / (1 +", "a = 1 / (2 +"))),
        # nothing is made of anything
        (
            "correct/no-biases/neuron_objects.py",
            (("self.output = 1 /", "self.output = 0 /"), ("w - c for", "w - w for")),
        ),
        # a product that is none crashes but with one example: there an elementwise one would do
        ("programs/nn_cost_function.py", (("d3.T @ a2", "d3.T + a2"), ("+= lam / m * t2", "-= lam / m * t2"))),
        # right values in another shape, made of a delta that is wrong
        (
            "correct/rows/weights_updated_before_hidden.py",
            (("(o - Y) * o * (1 - o)", "(o) * (1 - o)"), ("grad_o.sum(0, keepdims=True)", "grad_o.sum(0)")),
        ),
        # the loss is off by a factor that nothing else is off by
        (
            "programs/natverk_egenskaper.py",
            ((" / (2 * len(self.facit))", ""), ("self.indata.T @ self._in", "self.indata @ self._in")),
        ),
    ],
)
def test_both_are_mended(
    tmp_path: Path, sandbox: Sandbox, name: str, changes: tuple[tuple[str, str], ...]
) -> None:
    checked, submission = changed(name, changes, tmp_path, sandbox)
    original, text = (CASES / name).read_text(), submission.read_text()
    findings = checked.verify(str(submission)).findings
    fixes = [one.fix for one in findings]
    assert None not in fixes
    *_, last = (one for one in fixes if one is not None)
    assert {len(one) for one in (last.replaced.splitlines(), text.splitlines())} == {len(text.splitlines())}
    touched = zip(text.splitlines(), last.replaced.splitlines(), strict=True)
    lines = {number for number, (old, new) in enumerate(touched, 1) if old != new}
    assert lines == {original[: original.index(old)].count("\n") + 1 for old, _ in changes}
    submission.write_text(last.replaced)
    assert checked.verify(str(submission)).passed


def test_decay_of_biases_is_placed_where_it_is_computed(tmp_path: Path, sandbox: Sandbox) -> None:
    """In a comprehension over all parameters, and not where the right part of the gradient is made."""
    changes = (('name.startswith("W")', '("W")'),)
    name = "correct/relu-decay/active_units_only.py"
    checked, submission = changed(name, changes, tmp_path, sandbox, seconds=0.1)
    findings, text = checked.verify(str(submission)).findings, submission.read_text()
    assert {one.fault for one in findings} == {"bias-regularised"}
    lines = {one.location.line for one in findings if one.location}
    assert lines == {text[: text.index("lam * value")].count("\n") + 1}


def test_a_wrong_loss_is_placed_where_it_is_computed(tmp_path: Path, sandbox: Sandbox) -> None:
    """Whatever step of the pass the program does without: a loss has none."""
    changes = (('np.linalg.norm(p["W1"]) ** 2', '2 ** np.linalg.norm(p["W1"])'), ("-np.mean(", "np.mean("))
    name = "correct/softmax/cross_entropy_written_twice.py"
    checked, submission = changed(name, changes, tmp_path, sandbox, seconds=2.0)
    (finding,) = checked.verify(str(submission)).findings
    assert (finding.site, finding.fix) == ("loss", None)
    assert finding.location is not None
    places = [one.line for one in (finding.location, *finding.alternatives)]
    assert places[:2] == [29, 16]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("correct/rows/average_of_repeats.py", "H.T @ d2", "H @ d2"),
        ("programs/momentum_velocity.py", "self.Xa.T @ d_hid", "d_hid @ self.Xa.T"),
    ],
)
def test_what_runs_by_chance_where_sizes_agree_is_wrong_and_mended(
    tmp_path: Path, sandbox: Sandbox, name: str, old: str, new: str
) -> None:
    """With one example, as many rows as units: what it gives there is told to be wrong."""
    checked, submission = changed(name, ((old, new),), tmp_path, sandbox)
    report = checked.verify(str(submission))
    assert report.outcome is Outcome.FAILED
    (finding,) = report.findings
    assert finding.fix is not None
    assert finding.fix.replaced == (CASES / name).read_text()
    assert len({*report.notes}) == len(report.notes)
