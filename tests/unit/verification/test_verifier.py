"""One submission to a report: what passes, what fails, and on which sizes that is decided."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradcheck.config import Contract, read
from gradcheck.diagnosis.examination import Examination
from gradcheck.findings import Outcome, Verdict
from gradcheck.reports.report import SubmissionReport
from gradcheck.submissions.job import Job
from gradcheck.submissions.reading import read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier
from gradcheck.verification.behaviour import hands_over_everything
from gradcheck.verification.judging import Judge

CONFIG = """
[network]
features = 3
hidden = 4
outputs = {outputs}
[submission]
run = "g = backward(X, Y, W1, b1, W2, b2)"
gradients = {{ W1 = "g[0]", b1 = "g[1]", W2 = "g[2]", b2 = "g[3]" }}
"""
ONE_OUTPUT = """
import numpy as np
def s(z): return 1 / (1 + np.exp(-z))
def backward(X, Y, W1, b1, W2, b2):
    a1 = s(X @ W1 + b1)
    a2 = s(a1 @ W2 + b2)
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = d2 * W2.T * a1 * (1 - a1)
    return X.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True)
"""

RIGHT = ONE_OUTPUT.replace("d2 * W2.T", "d2 @ W2.T")


def verifier(folder: Path, sandbox: Sandbox, outputs: int) -> Verifier:
    """A verifier for a network with so many outputs."""
    config = folder / "assignment.toml"
    config.write_text(CONFIG.format(outputs=outputs))
    return Verifier(read(str(config)), sandbox, feedback="cause")


def written(folder: Path, text: str) -> str:
    """Path of a submission with this text."""
    path = folder / "student.py"
    path.write_text(text)
    return str(path)


def test_right_for_the_one_configured_output_passes_with_a_note(tmp_path: Path, sandbox: Sandbox) -> None:
    """Code that is right for one output is right for a network with one, and the report says for what it isn't."""
    report = verifier(tmp_path, sandbox, outputs=1).verify(written(tmp_path, ONE_OUTPUT))
    assert report.outcome is Outcome.PASSED
    assert "k = 1" in report.notes[0]


def test_the_same_code_fails_for_several_outputs(tmp_path: Path, sandbox: Sandbox) -> None:
    """For a network with several outputs the elementwise product is a mistake."""
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, ONE_OUTPUT))
    assert report.outcome is Outcome.FAILED
    assert [finding.fault for finding in report.findings] == ["weights-multiplied-elementwise"]


def test_what_is_right_for_one_output_is_not_accused_beside_a_real_mistake(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """A missing derivative is the one finding; the elementwise product, right for one output, is none."""
    wrong = ONE_OUTPUT.replace("(a2 - Y) * a2 * (1 - a2)", "a2 - Y")
    report = verifier(tmp_path, sandbox, outputs=1).verify(written(tmp_path, wrong))
    assert report.outcome is Outcome.FAILED
    assert [finding.fault for finding in report.findings] == ["output-derivative-missing"]


def test_what_no_search_explains_is_still_judged_at_the_configured_width(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A diagnosis that fails leaves no findings, and right code right."""
    monkeypatch.setattr("gradcheck.verification.judging.examine", lambda case: ())
    checked = verifier(tmp_path, sandbox, outputs=1)
    assert checked.verify(written(tmp_path, ONE_OUTPUT)).outcome is Outcome.PASSED
    wrong = ONE_OUTPUT.replace("(a2 - Y)", "(a2 + Y)")
    assert checked.verify(written(tmp_path, wrong)).outcome is Outcome.FAILED


ANOTHER_BRANCH = "    d2 = a2 - Y\n    if {}: d2 = d2 * a2 * (1 - a2)\n"
DELTA2 = "    d2 = (a2 - Y) * a2 * (1 - a2)\n"


@pytest.mark.parametrize(
    ("axis", "condition"), [("outputs", "Y.shape[1] > 1"), ("features", "len(W1) > 1"), ("hidden", "len(W2) > 2")]
)
def test_what_is_wrong_for_a_small_configured_size_fails(
    tmp_path: Path, sandbox: Sandbox, axis: str, condition: str
) -> None:
    """Code that is right for all sizes but the configured one is wrong; without that branch it is right."""
    assert DELTA2 in RIGHT
    config = tmp_path / "assignment.toml"
    of_one = re.sub(rf"{axis} = \d", f"{axis} = {2 if axis == 'hidden' else 1}", CONFIG.format(outputs=3))
    config.write_text(of_one)
    checked = Verifier(read(str(config)), sandbox, feedback="cause")
    report = checked.verify(written(tmp_path, RIGHT.replace(DELTA2, ANOTHER_BRANCH.format(condition))))
    assert report.outcome is Outcome.FAILED
    assert any("right for other sizes, but not for" in note for note in report.notes)
    assert [finding.fault for finding in report.findings] == ["output-derivative-missing"]
    assert not any("can't be seen" in note for note in report.notes)
    right = checked.verify(written(tmp_path, RIGHT))
    assert (right.outcome, right.notes) == (Outcome.PASSED, ())
    # where other sizes are configured, it is nobody's business
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox, feedback="cause")
    assert checked.verify(written(tmp_path, RIGHT.replace(DELTA2, ANOTHER_BRANCH.format(condition)))).passed


def test_what_crashes_at_the_configured_width_has_crashed(tmp_path: Path, sandbox: Sandbox) -> None:
    """The error is said first, as of every crash."""
    crashing = RIGHT.replace(DELTA2, DELTA2 + "    assert Y.shape[1] > 1\n")
    report = verifier(tmp_path, sandbox, outputs=1).verify(written(tmp_path, crashing))
    assert report.outcome is Outcome.CRASHED
    assert "AssertionError" in report.notes[0]
    assert "right for other sizes, but not for k = 1" in report.notes[1]


def test_any_loss_is_the_one_that_all_sizes_agree_on(tmp_path: Path, sandbox: Sandbox) -> None:
    """A gradient of another loss for one output alone is a mistake, and no reason to take that loss."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=1).replace("outputs = 1", 'outputs = 1\nloss = "any"'))
    checked = Verifier(read(str(config)), sandbox, feedback="verdict")
    wrong = RIGHT.replace(DELTA2, ANOTHER_BRANCH.format("Y.shape[1] > 1"))
    assert checked.verify(written(tmp_path, wrong)).outcome is Outcome.FAILED
    assert checked.verify(written(tmp_path, RIGHT)).outcome is Outcome.PASSED


def test_where_any_loss_will_do_its_scale_is_no_mistake(tmp_path: Path, sandbox: Sandbox) -> None:
    """No gradient tells the loss, since the bias is taken off: that is the one finding, and its edit is found."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=2).replace("outputs = 2", 'outputs = 2\nloss = "any"'))
    checked = Verifier(read(str(config)), sandbox)
    right = RIGHT.replace(DELTA2, "    d2 = 2 * (a2 - Y) / Y.size * a2 * (1 - a2)\n")
    assert checked.verify(written(tmp_path, right)).outcome is Outcome.PASSED
    (finding,) = checked.verify(written(tmp_path, right.replace("@ W1 + b1", "@ W1 - b1"))).findings
    assert finding.fault == "bias-subtracted-in-forward"
    assert finding.fix is not None
    assert finding.fix.replaced == right
    odd = right.replace("/ Y.size *", "/ X.shape[1] *").replace("@ W1 + b1", "@ W1 - b1")  # no loss has that
    faults = [finding.fault for finding in checked.verify(written(tmp_path, odd)).findings]
    assert len(faults) == 2
    config.write_text(CONFIG.format(outputs=2))
    scaled = Verifier(read(str(config)), sandbox, feedback="cause")
    faults = [finding.fault for finding in scaled.verify(written(tmp_path, right)).findings]
    assert faults == ["gradient-off-by-size-factor"]


def test_one_softmax_output_is_not_asked_for(tmp_path: Path, sandbox: Sandbox) -> None:
    """Of one class there is nothing to tell: `a2 - Y` is right for one-hot targets only."""
    config = tmp_path / "assignment.toml"
    classes = 'outputs = 1\noutput_activation = "softmax"\nloss = "cross-entropy"\nloss_scale = "1"'
    config.write_text(CONFIG.format(outputs=1).replace("outputs = 1", classes))
    softmax = "np.exp(a1 @ W2 + b2)\n    a2 = a2 / a2.sum(1, keepdims=True)"
    text = RIGHT.replace("s(a1 @ W2 + b2)", softmax).replace(DELTA2, "    d2 = a2 - Y\n")
    report = Verifier(read(str(config)), sandbox).verify(written(tmp_path, text))
    assert report.outcome is Outcome.PASSED


def test_a_run_that_differs_from_the_one_before_is_a_finding(tmp_path: Path, sandbox: Sandbox) -> None:
    """Gradients with noise in them are no function of the input, and fail."""
    noisy = RIGHT.replace("X.T @ d1,", "X.T @ d1 + np.random.default_rng().normal(size=W1.shape),")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, noisy))
    assert report.outcome is Outcome.FAILED
    assert any("Two runs" in finding.message for finding in report.findings)
    assert not any("second call" in finding.message for finding in report.findings)


def test_a_run_that_differs_for_a_mistake_that_is_mended_is_no_finding_of_its_own(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Shuffled examples whose entries are mixed up differ from run to run; without an edit that is told."""
    order = "    order = np.random.default_rng().permutation(len(X))\n    X, Y = X[order], Y[order]\n"
    shuffled = RIGHT.replace("    a1 =", f"{order}    a1 =", 1)
    mixed = shuffled.replace("    a1 =", "    X = np.reshape(X, (X.shape[1], len(X))).T\n    a1 =", 1)
    told = verifier(tmp_path, sandbox, outputs=3)
    assert told.verify(written(tmp_path, shuffled)).outcome is Outcome.PASSED
    for checked, unsteady in ((told, True), (Verifier(told.assignment, sandbox), False)):
        report = checked.verify(written(tmp_path, mixed))
        assert report.outcome is Outcome.FAILED
        assert report.findings
        assert any("Two runs" in finding.message for finding in report.findings) == unsteady


def test_changed_inputs_are_a_finding(tmp_path: Path, sandbox: Sandbox) -> None:
    """Right gradients don't excuse an X that is another one afterwards."""
    changing = RIGHT.replace("    return", "    out = X.T @ d1\n    X *= 2\n    return").replace(
        "X.T @ d1,", "out,"
    )
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, changing))
    assert report.outcome is Outcome.FAILED
    (finding,) = report.findings
    assert finding.verdict == "The code changes its argument X in place: the next pass starts from other data."
    assert finding.message.startswith(finding.verdict)


def test_a_failure_of_the_diagnosis_leaves_the_verdict(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before our own code failed is told, and so is the failure."""

    def fails(case: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("gradcheck.verification.judging.examine", fails)
    wrong = RIGHT.replace("(a2 - Y) * a2", "(a2 + Y) * a2")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong))
    assert report.outcome is Outcome.FAILED
    assert any("ZeroDivisionError" in note for note in report.notes)


def test_a_failure_of_the_search_for_edits_leaves_what_was_found(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the mistake and its line, without an edit."""

    def fails(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("gradcheck.diagnosis.examining._mended", fails)
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    path = written(tmp_path, RIGHT.replace("d2.sum(0, keepdims=True)", "d2.sum()"))
    report = Verifier(read(str(config)), sandbox).verify(path)
    (finding,) = report.findings
    assert (finding.fault, finding.fix) == ("bias-summed-to-scalar", None)
    assert finding.location is not None
    assert any(note.startswith("no edits: ") and "ZeroDivisionError" in note for note in report.notes)


@pytest.mark.parametrize(
    ("right", "wrong", "site", "line"),
    [
        ("(1 + np.exp(-z))", "(2 + np.exp(-z))", "a2", 3),
        ("((a2 - Y) ** 2).sum()", "((a2 + Y) ** 2).sum()", "loss", 9),
        ("0.5 * (", "0.25 * (", "loss", 9),
    ],
)
def test_a_wrong_forward_pass_or_loss_is_placed_and_mended(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str, site: str, line: int
) -> None:
    """What the contract shows besides gradients is diagnosed like them: one finding, its line, an edit."""
    config = tmp_path / "assignment.toml"
    text = CONFIG.format(outputs=3).replace("g = backward(", "g, out, cost = backward(")
    config.write_text(text.replace("[submission]", '[submission]\noutput = "out"\nloss = "cost"'))
    program = RIGHT.replace("    return ", "    cost = 0.5 * ((a2 - Y) ** 2).sum()\n    return (").replace(
        "True)\n", "True)), a2, cost\n"
    )
    program = program.replace("d2.sum(0, keepdims=True)\n", "d2.sum(0, keepdims=True)), a2, cost\n")
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, program)).outcome is Outcome.PASSED
    report = checked.verify(written(tmp_path, program.replace(right, wrong)))
    (finding,) = report.findings
    assert (finding.site, finding.fault) == (site, None)
    assert finding.location is not None
    assert finding.location.line == line
    assert finding.fix is not None


def test_the_verdict_does_not_hang_on_the_search_for_the_cause(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search without end is given up: the gradients are wrong all the same, and the next one is judged."""

    def endless(case: Examination) -> None:
        while True:
            case.run(Job(path=case.source.path, contract=case.contract, inputs=()))

    wrong = written(tmp_path, RIGHT.replace("X.T @ d1", "-X.T @ d1"))
    judge = Verifier(verifier(tmp_path, sandbox, outputs=3).assignment, sandbox, search_seconds=0.3)
    with monkeypatch.context() as patch:
        patch.setattr("gradcheck.verification.judging.examine", endless)
        report = judge.verify(wrong)
    assert report.outcome is Outcome.FAILED
    assert report["W1"].verdict is Verdict.WRONG
    assert "the search for the cause was given up after 0.3 s" in report.notes
    judge.search_seconds = None
    assert [finding.parameters for finding in judge.verify(wrong).findings] == [("W1",)]


OWN_LOSS = """
import numpy as np
def backward(X, Y, W1, b1, W2, b2):
    a1 = np.tanh(X @ W1 + b1)
    a2 = a1 @ W2 + b2
    r = a2 - Y
    loss, d2 = LOSS
    d1 = d2 @ W2.T * (1 - a1 ** 2)
    return X.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True), loss
"""


def of_loss(folder: Path, sandbox: Sandbox, loss: str) -> tuple[str, dict[str, str], list[tuple[str, ...]]]:
    """Message of the finding about the loss, what is known of the steps, and the parameters of every finding."""
    config = folder / "assignment.toml"
    linear = 'outputs = 2\nhidden_activation = "tanh"\noutput_activation = "identity"'
    text = CONFIG.format(outputs=2).replace("outputs = 2", linear)
    config.write_text(text.replace("[submission]", '[submission]\nloss = "g[4]"'))
    path = written(folder, OWN_LOSS.replace("LOSS", loss))
    report = Verifier(read(str(config)), sandbox, feedback="cause").verify(path)
    assert report.outcome is Outcome.FAILED
    message = next(finding.message for finding in report.findings if finding.site == "loss")
    return message, dict(report.steps), [finding.parameters for finding in report.findings]


def test_what_only_the_loss_shows_is_mended_first(tmp_path: Path, sandbox: Sandbox) -> None:
    """Behind a wrong forward pass no edit makes a gradient right; each of two is shown with its own mistake."""
    config = tmp_path / "assignment.toml"
    linear = 'outputs = 2\nhidden_activation = "tanh"\noutput_activation = "identity"'
    text = CONFIG.format(outputs=2).replace("outputs = 2", linear)
    config.write_text(text.replace("[submission]", '[submission]\nloss = "g[4]"'))
    program = OWN_LOSS.replace("LOSS", "0.5 * (r ** 2).sum(), r")
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, program)).outcome is Outcome.PASSED
    wrong = program.replace("X @ W1 + b1", "X @ W1").replace("r = a2 - Y", "r = np.abs(a2 - Y)")
    mended = {finding.fault: finding.fix for finding in checked.verify(written(tmp_path, wrong)).findings}
    assert all(fix is not None for fix in mended.values())
    lines = {fault: fix.line.strip() for fault, fix in mended.items() if fix is not None}
    assert lines["bias-missing-in-forward"] == "a1 = np.tanh(X @ W1 + b1)"
    assert "r = a2 - Y" in lines.values()


EVERY = ("W1", "b1", "W2", "b2")


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("(r ** 2).mean(), 2 * r / r.size", "it is 1/(n k) times the summed squared-error"),
        ("np.abs(r).mean(), np.sign(r) / r.size", "nor another known one"),
        ("np.log(np.cosh(r)).sum(), np.tanh(r)", "nor another known one"),
    ],
)
def test_gradients_right_for_another_loss_are_said_to_be(
    tmp_path: Path, sandbox: Sandbox, loss: str, said: str
) -> None:
    """Known or not, the loss is the one mistake, and the steps before it are not accused."""
    message, steps, parameters = of_loss(tmp_path, sandbox, loss)
    assert said in message
    assert "right for that loss" in message
    assert parameters == [EVERY]
    assert steps["delta2"] == steps["a2"] == "right"


@pytest.mark.parametrize("factor", ["1.01", "-1", "np.sign(d)"])
def test_gradients_wrong_for_the_loss_computed_are_not(tmp_path: Path, sandbox: Sandbox, factor: str) -> None:
    """A hundredth, a sign or an entry is enough: two mistakes are two findings, and nothing is called right."""
    slope = f"(lambda d: {factor} * d)(np.tanh(r))"
    message, _, parameters = of_loss(tmp_path, sandbox, f"np.log(np.cosh(r)).sum(), {slope}")
    assert "right for" not in message
    assert len(parameters) > 1
    assert parameters[0] == ()


def test_right_gradients_beside_a_wrong_loss_are_said_to_be(tmp_path: Path, sandbox: Sandbox) -> None:
    """A loss that is only printed spoils no gradient."""
    message, _, parameters = of_loss(tmp_path, sandbox, "np.abs(r).mean(), r")
    assert "right for the configured one" in message
    assert parameters == [()]


def test_an_unexplained_delta_leaves_open_what_may_be_wrong_before_it(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where nothing names the mistake, no step is vouched for that isn't known."""
    wrong = RIGHT.replace("1 / (1 + np.exp(-z))", "1 / 1 + np.exp(-z)")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong))
    assert report.findings[0].fault is None
    assert {report.steps[site] for site in ("z1", "a1", "z2", "a2", "grad_a2", "slope2", "slope1")} == {"unknown"}


def test_what_an_arrays_shape_is_is_not_where_a_mistake_is_placed_first(tmp_path: Path, sandbox: Sandbox) -> None:
    """It is no step of the pass, and comes before all that is; where values go wrong comes first."""
    shaped = RIGHT.replace("    a1 =", "    d, h = W1.shape\n    a1 =")
    wrong = shaped.replace("1 / (1 + np.exp(-z))", "1 / 1 + np.exp(-z)").replace("a1.T @ d2", "a1.T @ np.sin(d2)")
    (finding, *_) = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong)).findings
    assert finding.location is not None
    assert "shape" not in wrong.split("\n")[finding.location.line - 1]


def test_a_delta_that_is_formed_right_is_not_accused(tmp_path: Path, sandbox: Sandbox) -> None:
    """Gradients that are spoilt after the deltas: both deltas are named by the program's names, as right."""
    wrong = RIGHT.replace("return X", "return [np.clip(g, -0.05, 0.05) for g in (X").replace(
        "keepdims=True)\n", "keepdims=True))]\n"
    )
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong))
    (finding,) = report.findings
    assert finding.fault is None
    assert "the right delta2, `d2`, and the right delta1, `d1`" in finding.message
    assert report.steps["a2"] == "right"
    assert report.steps["delta2"] == "unknown"
    early = wrong.replace("(a2 - Y) * a2", "np.clip(a2 - Y, -0.05, 0.05) * a2")
    (finding,) = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, early)).findings
    assert "the right delta2" not in finding.message


SPOILT = "    if n < 6:\n        d2 = np.clip(d2, -0.01, 0.01)\n    d1 ="


def test_what_is_wrong_on_some_problems_is_told_of_those(tmp_path: Path, sandbox: Sandbox) -> None:
    """The problems where it is wrong are listed, and no value is called right that is right on others only."""
    text = RIGHT.replace("    a1 =", "    n = len(X)\n    a1 =").replace("    d1 =", SPOILT)
    (finding,) = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, text)).findings
    assert "wrong on 2 probes (n=5" in finding.evidence
    assert "right on the other 2" in finding.evidence
    assert "n=7" not in finding.evidence
    assert "the right delta2" not in finding.message


@pytest.mark.parametrize("line", ["    d1 = np.clip(d1, -0.01, 0.01)", "    d1[d1 > 0.01] = 0.0"])
def test_a_value_that_is_changed_before_it_is_used_is_not_right(
    tmp_path: Path, sandbox: Sandbox, line: str
) -> None:
    """The right delta under a name that has another value when the gradients are made of it."""
    text = RIGHT.replace("    return", f"{line}\n    return")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, text))
    assert not any("the right delta1" in finding.message for finding in report.findings)
    assert report.steps["delta1"] == "wrong"


def test_gradients_that_are_not_finite_are_told_as_that(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where a value first stops being finite is the place, and what is finite is explained by itself."""
    text = RIGHT.replace("    d1 =", "    e = d2 / (d2 - d2)\n    d1 =").replace("d2 @ W2.T", "e @ W2.T")
    text = text.replace("d2.sum(0, keepdims=True)", "b2.copy()")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, text))
    broken, other = report.findings
    assert (broken.fault, broken.site, broken.parameters) == (None, "delta1", ("W1", "b1"))
    assert "not finite" in broken.message
    assert "not finite on 4 probes" in broken.evidence
    assert broken.location is not None
    assert broken.location.source == "d2 / (d2 - d2)"
    assert (other.fault, other.parameters) == ("parameter-in-place-of-gradient", ("b2",))
    assert other.location is not None
    assert "b2" in other.location.source


def test_a_gradient_that_is_missing_has_no_empty_evidence(tmp_path: Path, sandbox: Sandbox) -> None:
    """What the program calls its deltas stands by itself where there is nothing before it."""
    checker = verifier(tmp_path, sandbox, outputs=3)
    config = tmp_path / "assignment.toml"
    config.write_text(config.read_text().replace("g[0]", "g['dw']"))
    checker = Verifier(read(str(config)), sandbox, feedback="cause")
    named = RIGHT.replace("return X.T @ d1, d1", "return {'dW': X.T @ d1, 1: d1").replace(
        "True), a1", "True), 2: a1"
    )
    report = checker.verify(
        written(tmp_path, named.replace("d2, d2.sum(0, keepdims=True)", "d2, 3: d2.sum(0, keepdims=True)}"))
    )
    finding = report.findings[0]
    assert finding.message.startswith("There is no such gradient")
    assert finding.evidence.startswith("here delta2 is `d2`")


HARD_CODED = RIGHT.replace("    a1 =", "    W1, W2 = W1.reshape(3, 4), W2.reshape(4, 2)\n    a1 =")


def test_sizes_in_the_code_are_said_to_be(tmp_path: Path, sandbox: Sandbox) -> None:
    """What runs with the configured sizes only has crashed, and the report says with which it is right."""
    report = verifier(tmp_path, sandbox, outputs=2).verify(written(tmp_path, HARD_CODED))
    assert report.outcome is Outcome.CRASHED
    assert "cannot reshape" in report.notes[0]
    assert "it runs with the configured d=3 h=4 k=2" in report.notes[1]
    assert "the crash may show a mistake" in report.notes[1]
    elsewhere = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, HARD_CODED))
    assert elsewhere.outcome is Outcome.CRASHED
    assert not any("configured" in note for note in elsewhere.notes)


def test_sizes_in_the_code_excuse_no_mistake(tmp_path: Path, sandbox: Sandbox) -> None:
    """What is wrong with the configured sizes has failed, with its mistake, though it crashes on others."""
    wrong = HARD_CODED.replace("d1.sum(0, keepdims=True)", "d1.mean(0, keepdims=True)")
    report = verifier(tmp_path, sandbox, outputs=2).verify(written(tmp_path, wrong))
    assert report.outcome is Outcome.FAILED
    assert [finding.fault for finding in report.findings] == ["bias-mean-instead-of-sum"]
    assert "it runs with the configured" in report.notes[1]


LINE = "    a1 = s(X @ W1 + b1)\n"
OF_SHAPES = ("kept = {}\n", "    a1 = kept.setdefault(W1.shape, s(X @ W1 + b1))\n")
OF_EXAMPLES = ("kept = {}\n", "    a1 = kept.setdefault(X.tobytes(), s(X @ W1 + b1))\n")
A_COUNT = ("kept = []\n", "    kept.append(1)\n    X = X * len(kept)\n    a1 = s(X @ W1 + b1)\n")
RETURNED = "    return X.T @ d1,"
SUMS = (
    "import collections\nsums = collections.defaultdict(float)\n",
    "    sums[W1.shape] = sums[W1.shape] + X.T @ d1\n    return sums[W1.shape],",
)


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [(LINE, *OF_SHAPES), (LINE, *OF_EXAMPLES), (LINE, *A_COUNT), (RETURNED, *SUMS)],
)
def test_gradients_that_are_right_for_one_call_alone_fail(
    tmp_path: Path, sandbox: Sandbox, line: str, first: str, second: str
) -> None:
    """A function that is handed everything and returns gradients returns them of what it is handed, every time."""
    assert line in RIGHT
    keeping = first + RIGHT.replace(line, second)
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, keeping))
    assert report.outcome is Outcome.FAILED
    (finding,) = report.findings
    assert finding.verdict.startswith("A second call gives other gradients of W1")
    assert "W1" in finding.parameters


def test_a_cache_of_what_depends_on_its_key_alone_is_right(tmp_path: Path, sandbox: Sandbox) -> None:
    """Keeping is no mistake; neither is a sum that is begun anew."""
    transposed = "kept = {}\n" + RIGHT.replace("X.T @ d1,", "kept.setdefault(X.tobytes(), X.T) @ d1,")
    begun = SUMS[0] + RIGHT.replace(RETURNED, "    sums.clear()\n" + SUMS[1])
    for text in (transposed, begun):
        assert text.count("\n") > RIGHT.count("\n")
        report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, text))
        assert report.outcome is Outcome.PASSED, report.findings
        assert not any("second call" in note for note in report.notes)


ENGINE = """
import numpy as np
class Engine:
    def __init__(self): self.grads = [0, 0, 0, 0]
    def zero_grad(self): self.grads = [0, 0, 0, 0]
    def backward(self, *given):
        self.grads = [old + new for old, new in zip(self.grads, backward(*given))]
        return self.grads
engine = Engine()
"""


@pytest.mark.parametrize(
    ("run", "outcome", "noted"),
    [
        ("g = engine.backward(X, Y, W1, b1, W2, b2)", Outcome.PASSED, True),
        ("engine.zero_grad(); g = engine.backward(X, Y, W1, b1, W2, b2)", Outcome.PASSED, False),
        ("e = Engine(); g = e.backward(X, Y, W1, b1, W2, b2)", Outcome.PASSED, False),
    ],
)
def test_an_engine_may_add_up_until_it_is_told_not_to(
    tmp_path: Path, sandbox: Sandbox, run: str, outcome: Outcome, noted: bool
) -> None:
    """What an object of the file's own remembers may be meant, and is a note; one made anew has nothing."""
    config = tmp_path / "assignment.toml"
    text = CONFIG.format(outputs=3).replace("g = backward(X, Y, W1, b1, W2, b2)", run)
    config.write_text(text.replace("[submission]", '[submission]\nload = "all"'))
    report = Verifier(read(str(config)), sandbox).verify(written(tmp_path, RIGHT + ENGINE))
    assert report.outcome is outcome
    assert any("a second call" in note for note in report.notes) is noted


@pytest.mark.parametrize(
    ("run", "gradients", "expected"),
    [
        ("g = f(X, Y, W1, W2)", ("g[0]", "g[1]"), True),
        ("net = Net(W1, W2); net.backward(X, Y)", ("net.dW1", "net.dW2"), True),
        ("p = {'W1': W1, 'W2': W2}\ng = f(p, X, Y)[1]", ("g['W1']", "np.array(g['W2'])"), True),
        ("g = [f(x, y, W1, W2) for x, y in zip(X, Y)]", ("sum(one[0] for one in g)", "g[0][1]"), True),
        ("g = f(X, Y, W1)", ("g[0]", "g[1]"), False),  # where is W2?
        ("init(W1, W2); g = f(X, Y)", ("g[0]", "g[1]"), False),
        ("submission.W1 = W1; g = f(X, Y, W2)", ("g[0]", "g[1]"), False),
        ("net.W1 = W1; net.W2 = W2; g = net.backward(X, Y)", ("g[0]", "g[1]"), False),
        ("u = step(X, Y, W1, W2)", ("W1 - u[0]", "W2 - u[1]"), False),
        ("g = f(X, Y, W1, W2)", ("grads[0]", "g[1]"), False),
        ("g = f(X, Y, W1, W2)", ("g[0]", "local('f', 'dW2')"), False),
    ],
)
def test_what_may_remember_is_told_from_the_contract(run: str, gradients: tuple[str, str], expected: bool) -> None:
    """Only functions that are given everything, and objects that are made anew, are held to forget."""
    contract = Contract(run=run, gradients=dict(zip(("W1", "W2"), gradients, strict=True)))
    assert hands_over_everything(contract) is expected


def test_a_second_call_that_fails_or_never_ends_costs_nothing(tmp_path: Path) -> None:
    """What isn't asked for is no crash and no timeout."""
    for line in (
        "    calls.append(1)\n    assert len(calls) < 2\n",
        "    while calls: pass\n    calls.append(1)\n",
    ):
        once = "calls = []\n" + RIGHT.replace("    a1 =", line + "    a1 =", 1)
        with Sandbox("none", timeout=2.0) as sandbox:
            report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, once))
        assert report.outcome is Outcome.PASSED, report.notes


def test_two_mistakes_of_one_delta_are_both_shown(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where only both edits together mend anything, both are told, each with its line."""
    wrong = RIGHT.replace("np.exp(-z)", "np.exp(z)").replace("* a2 * (1 - a2)", "* a2 / (1 - a2)")
    assert wrong.count("\n") == RIGHT.count("\n")
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    report = Verifier(read(str(config)), sandbox).verify(written(tmp_path, wrong))
    lines = [finding.location.line for finding in report.findings if finding.location]
    assert sorted(lines) == [3, 7]
    assert all(finding.fix is not None for finding in report.findings)


def test_what_hides_behind_zeros_is_a_finding_of_its_own(tmp_path: Path, sandbox: Sandbox) -> None:
    """Gradients that are zero by one mistake don't show another; one that takes two edits stays one."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    zeros = RIGHT.replace("return 1 /", "return 0 /").replace(
        "X.T @ d1, d1.sum(0, keepdims=True)", "X.T @ d1, d1.sum()"
    )
    report = checked.verify(written(tmp_path, zeros))
    found = {finding.fault: finding for finding in report.findings}
    assert set(found) == {"delta-zero", "bias-summed-to-scalar"}
    assert [one.location.line for one in found.values() if one.location and one.fix] == [3, 9]
    consistent = RIGHT.replace("a1 = s(X @ W1 + b1)", "a1 = np.tanh(X @ W1 + b1)").replace(
        "* a1 * (1 - a1)", "* (1 - a1**2)"
    )
    (finding,) = checked.verify(written(tmp_path, consistent)).findings
    assert finding.fault == "activation-is-tanh"
    assert finding.fix is not None
    assert finding.fix.diff.count("\n+ ") == 2


def test_two_mistakes_behind_zeros_are_two_findings(tmp_path: Path, sandbox: Sandbox) -> None:
    """Neither edit is enough without the other, and nothing says that they are one mistake: each has its line."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    wrong = RIGHT.replace("a2 = s(", "a2 = 2 * s(").replace("(a2 - Y)", "(a2 - a2)")
    report = Verifier(read(str(config)), sandbox).verify(written(tmp_path, wrong))
    assert sorted(finding.location.line for finding in report.findings if finding.location) == [6, 7]
    assert all(finding.fix is not None for finding in report.findings)


def test_an_output_that_a_crash_hides_is_not_right(tmp_path: Path, sandbox: Sandbox) -> None:
    """An edit that makes the program stop before it shows its output or loss mends neither."""
    config = tmp_path / "assignment.toml"
    text = CONFIG.format(outputs=3).replace("g = backward(", "g, out = backward(")
    config.write_text(text.replace("[submission]", '[submission]\noutput = "out"'))
    judge = Judge(read(str(config)), sandbox)
    program = tmp_path / "student.py"
    program.write_text(RIGHT)  # it gives four values and not two: it can't be run by this contract
    result = judge.run_once(read_source(str(program)), judge.fresh())
    assert judge.wrong(judge.assignment.network, judge.fresh(), result) == {"w1", "b1", "w2", "b2", "a2"}


def test_a_guard_accuses_nothing_that_passes(tmp_path: Path, sandbox: Sandbox) -> None:
    """With log(a + 1e-8) all is off by a little; only what is wrong beside that is accused."""
    guarded = RIGHT.replace("(a2 - Y) * a2 * (1 - a2)", "(a2 - Y) / (a2 * (1 - a2) + 1e-9) * (a2 * (1 - a2)) ** 2")
    assert verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, guarded)).outcome is Outcome.PASSED
    wrong = guarded.replace("* a1 * (1 - a1)", "* a1 * a1")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong))
    assert {name for finding in report.findings for name in finding.parameters} == {"W1", "b1"}


GUARDED = RIGHT.replace("X, Y, W1, b1, W2, b2):", "X, Y, W1, b1, W2, b2, tiny=1e-6):").replace(
    "d2 = (a2 - Y) * a2 * (1 - a2)",
    "g = ((1 - Y) / (1 - a2 + tiny) - Y / (a2 + 1e-6)) / len(X); d2 = g * a2 * (1 - a2)",
)


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        ("", "", Verdict.IMPRECISE),
        ("a2 + 1e-6", "a2 + 1e-2", Verdict.WRONG),  # that is no guard
        ("g * a2", "(1 + tiny * 9) * g * a2", Verdict.WRONG),
        ("a1.T @ d2,", "a1.T @ d2 * 1.00001,", Verdict.WRONG),  # a mistake as small as that is one
    ],
)
def test_what_only_a_guard_makes_wrong_is_imprecise(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str, verdict: Verdict
) -> None:
    """However much it changes: without it the same program is right. No other small number is taken for one."""
    (tmp_path / "assignment.toml").write_text(
        CONFIG.format(outputs=2).replace(
            "outputs = 2", 'outputs = 2\nloss = "binary-cross-entropy"\nloss_scale = "1/n"'
        )
    )
    checked = Verifier(read(str(tmp_path / "assignment.toml")), sandbox, feedback="verdict")
    report = checked.verify(written(tmp_path, GUARDED.replace(right, wrong) if right else GUARDED))
    assert {one.verdict for one in report.parameters if one.name == "W2"} == {verdict}


def test_what_a_guard_does_to_the_loss_is_no_mistake_either(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where the contract shows a loss, it is that of the program without its guards."""
    text = GUARDED.replace(
        "    d1 =",
        "    loss = -np.sum(Y * np.log(a2 + tiny) + (1 - Y) * np.log(1 - a2 + tiny)) / len(X)\n    d1 =",
    )
    text = text.replace("return X.T", "return loss, X.T")
    config = CONFIG.replace("g[3]", "g[4]").replace("g[2]", "g[3]").replace("g[1]", "g[2]").replace("g[0]", "g[1]")
    config = config.replace("[submission]", 'loss = "binary-cross-entropy"\nloss_scale = "1/n"\n[submission]')
    (tmp_path / "assignment.toml").write_text(
        config.format(outputs=2).replace("[submission]", '[submission]\nloss = "g[0]"')
    )
    checked = Verifier(read(str(tmp_path / "assignment.toml")), sandbox, feedback="verdict")
    report = checked.verify(written(tmp_path, text))
    assert {one.verdict for one in report.parameters} == {Verdict.IMPRECISE}
    assert report.outcome is Outcome.PASSED
    assert checked.verify(written(tmp_path, text.replace("loss = -np", "loss = np"))).outcome is Outcome.FAILED


def test_a_guard_hides_no_random_numbers(tmp_path: Path, sandbox: Sandbox) -> None:
    """What is right without its guards is run twice all the same."""
    (tmp_path / "assignment.toml").write_text(
        CONFIG.format(outputs=2).replace(
            "outputs = 2", 'outputs = 2\nloss = "binary-cross-entropy"\nloss_scale = "1/n"'
        )
    )
    text = GUARDED.replace("a2 + tiny", "a2 + np.minimum(1e-6, 1e-6 * np.random.rand())")
    checked = Verifier(read(str(tmp_path / "assignment.toml")), sandbox, feedback="verdict")
    report = checked.verify(written(tmp_path, text))
    assert report.outcome is Outcome.FAILED
    assert any("gave different gradients" in one.message for one in report.findings)


def test_a_gradient_that_is_missing_is_put_where_it_belongs(tmp_path: Path, sandbox: Sandbox) -> None:
    """What the contract looks for in a dict and doesn't find is a finding with an edit."""
    config = tmp_path / "assignment.toml"
    keyed = CONFIG.format(outputs=3)
    for place, name in enumerate(("W1", "b1", "W2", "b2")):
        keyed = keyed.replace(f"g[{place}]", f"g['{name}']")
    config.write_text(keyed)
    program = RIGHT.replace("return X.T @ d1, d1.sum(", "return dict(W1=X.T @ d1, b1=d1.sum(").replace(
        "a1.T @ d2, d2.sum(0, keepdims=True)", "W2=a1.T @ d2, b2=d2.sum(0, keepdims=True))"
    )
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, program)).outcome is Outcome.PASSED
    report = checked.verify(written(tmp_path, program.replace(" b1=d1.sum(0, keepdims=True),", "")))
    (finding,) = report.findings
    assert finding.parameters == ("b1",)
    assert finding.fix is not None
    assert "b1=d1.sum(0, keepdims=True)" in finding.fix.line
    told = Verifier(read(str(config)), sandbox, feedback="hint").verify(
        written(tmp_path, program.replace("W1=", "w1="))
    )
    (finding,) = told.findings
    assert finding.parameters == ("W1",)
    assert finding.location is not None
    assert "b1=d1.sum" in finding.location.source  # where the others are


def test_gradients_that_are_never_made_are_a_finding_without_an_edit(tmp_path: Path, sandbox: Sandbox) -> None:
    """Its place is where the others are put; and where there are no others, it has none."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3).replace("g[0]", "g['W1']").replace("g[1]", "g.missing"))
    kept = RIGHT.replace("return X.T @ d1, ", "return X.T @ d1 if a1 is None else None, ")
    report = Verifier(read(str(config)), sandbox, feedback="hint").verify(written(tmp_path, kept))
    assert report.outcome is Outcome.FAILED
    assert [finding.parameters for finding in report.findings] == [("W1", "b1")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(a2 - Y) * a2 * (1 - a2)", "Y * a2 * (1 - a2)"),
        ("a1.T @ d2", "a1.T @ d2 * 2 - a1.T @ Y"),
        ("d1 = d2 @ W2.T * a1 * (1 - a1)", "d1 = Y @ W2.T * a1 * (1 + a1)"),
    ],
)
def test_a_fix_claims_no_more_than_it_mends(tmp_path: Path, sandbox: Sandbox, right: str, wrong: str) -> None:
    """What findings with an edit name is right once all edits are made."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    report = checked.verify(written(tmp_path, RIGHT.replace(right, wrong)))
    fixes = [finding for finding in report.findings if finding.fix is not None]
    assert fixes
    assert fixes[-1].fix is not None
    after = checked.verify(written(tmp_path, fixes[-1].fix.replaced))
    passing = {parameter.name for parameter in after.parameters if parameter.verdict.passes}
    assert {name for finding in fixes for name in finding.parameters} <= passing


SHARED = """
import numpy as np
def s(z): return 1 / (1 + np.exp(-z))
def back(flow, out, into):
    delta = flow * out * (1 - out)
    return delta, into.T @ delta, delta.sum(0, keepdims=True)
def backward(X, Y, W1, b1, W2, b2):
    a1 = s(X @ W1 + b1)
    a2 = s(a1 @ W2 + b2)
    d2, gW2, gb2 = back(a2 - Y, a2, a1)
    _, gW1, gb1 = back(d2 @ W2.T, a1, X)
    return gW1, gb1, gW2, gb2
"""


def test_a_line_that_serves_both_layers_is_wrong_in_both(tmp_path: Path, sandbox: Sandbox) -> None:
    """One finding, one edit, and no step of it is said to be right."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, SHARED)).outcome is Outcome.PASSED
    report = checked.verify(written(tmp_path, SHARED.replace("out * (1 - out)", "(1 - out)")))
    (finding,) = report.findings
    assert finding.fix is not None
    assert {finding.site, *finding.also} == {"slope2", "slope1"}
    assert [step for step, state in report.steps.items() if state == "wrong"][:2] == ["slope2", "delta2"]
    assert report.steps["slope1"] == "wrong"
    assert report.steps["a2"] == report.steps["grad_a2"] == "right"


def test_no_right_gradient_has_a_finding(tmp_path: Path, sandbox: Sandbox) -> None:
    """A fault that only makes up for another one, so that a gradient comes out right, is none."""
    config = tmp_path / "assignment.toml"
    linear = 'outputs = 2\nhidden_activation = "relu"\noutput_activation = "identity"\nweight_decay = 0.3'
    config.write_text(CONFIG.format(outputs=2).replace("outputs = 2", linear + '\nloss_scale = "1/(2n)"'))
    text = """
import numpy as np
def backward(X, Y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    a2 = a1 @ W2 + b2
    d2 = (a2 - Y) / len(X)
    d1 = d2 @ W2.T * (z1 > 0)
    db2 = a2.mean(0, keepdims=True)
    return X.T @ d1 + 0.3 * W1 ** 2, d1.sum(0, keepdims=True), a1.T @ d2 + 0.3 * W2, db2
"""
    report = Verifier(read(str(config)), sandbox, feedback="verdict").verify(written(tmp_path, text))
    assert {one.name for one in report.parameters if not one.verdict.passes} == {"W1", "b2"}
    assert {name for finding in report.findings for name in finding.parameters} == {"W1", "b2"}


def test_a_loss_without_numbers_is_no_loss(tmp_path: Path, sandbox: Sandbox) -> None:
    """An empty array is shown as the loss: the gradients are judged all the same."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3).replace("gradients =", 'loss = "np.zeros(0)"\ngradients ='))
    for text, outcome in ((RIGHT, Outcome.PASSED), (RIGHT.replace("* a1 * (1 - a1)", "* a1"), Outcome.FAILED)):
        report = Verifier(read(str(config)), sandbox, feedback="cause").verify(written(tmp_path, text))
        assert {one.verdict for one in report.parameters if one.name == "W2"} == {Verdict.CORRECT}
        assert report.outcome is outcome
        assert not any("gradcheck itself failed" in note for note in report.notes)


@pytest.mark.parametrize("factor", ["n", "3"])
def test_a_factor_is_where_it_is_multiplied_in(tmp_path: Path, sandbox: Sandbox, factor: str) -> None:
    """Not where that number was counted, nor written: no number is a value with an odd factor."""
    text = RIGHT.replace("    a1 =", "    n = X.shape[0]\n    a1 =", 1)
    text = text.replace("d2.sum(0, keepdims=True)", f"d2.sum(0, keepdims=True) * {factor}")
    (found,) = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, text)).findings
    assert found.location is not None
    assert "* " + factor in text.splitlines()[found.location.line - 1]


@pytest.mark.parametrize(
    ("run", "text", "outcome"),
    [
        ("while True: pass", RIGHT, Outcome.UNGRADABLE),
        (
            "g = backward(X, Y, W1, b1, W2, b2)",
            RIGHT.replace("    a1 =", "    while True: pass\n    a1 =", 1),
            Outcome.TIMEOUT,
        ),
        ("while True: g = backward(X, Y, W1, b1, W2, b2)", RIGHT, Outcome.TIMEOUT),
    ],
)
def test_a_contract_that_never_ends_is_no_fault_of_the_submissions(
    tmp_path: Path, run: str, text: str, outcome: Outcome
) -> None:
    """Where no line of the submission is reached, the time is the contract's; else nobody can tell."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3).replace("g = backward(X, Y, W1, b1, W2, b2)", run))
    with Sandbox("none", timeout=1.0) as sandbox:
        report = Verifier(read(str(config)), sandbox).verify(written(tmp_path, text))
    assert report.outcome is outcome
    assert ("the contract's own code" in report.notes[0]) is (outcome is Outcome.UNGRADABLE)


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("    d2 = (a2 - Y) * a2 * (1 - a2)\n", "    d2 = (a2 - Y) * a3 * (1 - a2)\n", 7),  # no such name
        ("s(a1 @ W2 + b2)", "s(a1 @ W2 + b2, 1)", 6),  # one argument too many
        ("X.T @ d1, d1.sum", "X.T @ d1.shape, d1.sum", 9),
    ],
)
def test_what_ends_in_an_error_everywhere_is_shown_how_it_runs(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str, line: int
) -> None:
    """The error stays what became of it; the edit with which everything is right comes with it."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    report = checked.verify(written(tmp_path, RIGHT.replace(right, wrong)))
    assert report.outcome is Outcome.CRASHED
    (finding,) = report.findings
    assert finding.location is not None
    assert finding.location.line == line
    assert finding.fix is not None
    assert finding.message.startswith("The program ends in an error: ")
    assert finding.message.partition(": ")[2].partition(":")[0].endswith("Error")
    assert checked.verify(written(tmp_path, finding.fix.replaced)).outcome is Outcome.PASSED


def test_what_an_error_hides_is_mended_with_it(tmp_path: Path, sandbox: Sandbox) -> None:
    """Two mistakes, of which one shows only where the other is mended: the outcome stays what it is."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    text = RIGHT.replace("d2 * W2.T", "d2 @ W2.T")
    report = checked.verify(written(tmp_path, text.replace("a2 - Y) * a2", "a2 - Z) * a2 * 2")))
    (finding,) = report.findings
    assert report.outcome is Outcome.CRASHED
    assert finding.fix is not None
    assert "* 2" not in finding.fix.replaced
    assert checked.verify(written(tmp_path, finding.fix.replaced)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    d1 =", "    if len(X) != 784: raise ValueError('images only')\n    d1 ="),  # it says so itself
        ("    d1 =", "    assert X.shape == (784, 10)\n    d1 ="),
        ("    d1 =", "    hits = np.mean(a2.argmax(1) == Y.argmax(2))\n    d1 ="),  # no gradient is made of it
        ("    d1 =", "    print(d2['b1'])\n    d1 ="),
        ("    d1 =", "    W2 = W2 - lr * (a1.T @ d2)\n    d1 ="),
        ("a2 - Y) * a2", "a2 - Z) * a2 * q"),  # two that end in errors
    ],
)
def test_an_error_that_no_one_edit_mends_is_told_as_it_is(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str
) -> None:
    """Nothing is claimed that no gradient tells: any text that raises nothing would do."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    checked = Verifier(read(str(config)), sandbox)
    text = RIGHT.replace("d2 * W2.T", "d2 @ W2.T")
    if "W2 = " in wrong:  # the weights are read before: what is wrong is the step alone
        text = text.replace("    d2 =", "    V = W2\n    d2 =").replace("d2 @ W2.T", "d2 @ V.T")
    report = checked.verify(written(tmp_path, text.replace(right, wrong)))
    assert report.outcome is Outcome.CRASHED
    assert report.findings == ()


def test_no_edit_is_looked_for_where_none_is_asked_for_or_any_loss_will_do(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Of two losses whose gradients an edit could make, nothing tells the one that is meant."""
    config = tmp_path / "assignment.toml"
    slip = RIGHT.replace("(a2 - Y) * a2 * (1 - a2)", "(a2 - Z)")
    for loss, feedback in (('loss = "any"\n', "fix"), ("", "cause")):
        config.write_text(CONFIG.format(outputs=3).replace("[submission]", f"{loss}[submission]"))
        report = Verifier(read(str(config)), sandbox, feedback=feedback).verify(written(tmp_path, slip))
        assert report.outcome is Outcome.CRASHED
        assert report.findings == ()
        assert "NameError" in report.notes[0]


def test_a_mistake_is_searched_for_where_it_shows(tmp_path: Path, sandbox: Sandbox) -> None:
    """It does nothing where all sizes are equal, nor where they differ most: only with seven examples."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=3))
    right = RIGHT.replace("    a1 =", "    X = X[:] if len(X) == 7 else X\n    a1 =")
    checked = Verifier(read(str(config)), sandbox)
    report = checked.verify(written(tmp_path, right.replace("X[:] if", "2 * X if")))
    (finding,) = report.findings
    assert finding.fix is not None
    assert finding.location is not None
    assert finding.location.line == 5


STEP = """
def step(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    return [p - RATE * g for p, g in zip(params, backward(X, Y, *params))]
"""
STEPPED = """
[network]
features = 3
hidden = 4
outputs = 3
loss_scale = "1/(2n)"
[submission]
run = "new = step(X, Y, W1, b1, W2, b2, 1.0)"
gradients = { W1 = "W1 - new[0]", b1 = "b1 - new[1]", W2 = "W2 - new[2]", b2 = "b2 - new[3]" }
"""


@pytest.mark.parametrize(("rate", "lines"), [("lr", [7, 13]), ("(-lr / len(X))", [13, 7])])
def test_an_update_is_among_the_places_of_one_factor_of_all(
    tmp_path: Path, sandbox: Sandbox, rate: str, lines: list[int]
) -> None:
    """A division that all gradients lack is likelier missing in the delta, a second minus is where it is."""
    config = tmp_path / "assignment.toml"
    config.write_text(STEPPED)
    checked = Verifier(read(str(config)), sandbox)
    program = RIGHT + STEP
    assert checked.verify(written(tmp_path, program.replace("RATE", "lr / len(X)"))).outcome is Outcome.PASSED
    (finding,) = checked.verify(written(tmp_path, program.replace("RATE", rate))).findings
    places = [finding.location, *finding.alternatives]
    assert [place.line for place in places if place is not None][:2] == lines
    assert finding.fix is not None


ALONE = """
import numpy as np
class Net:
    def __init__(self, W1, W2):
        self.W1, self.W2 = W1, W2
    def train(self, X, targets, rate):
        step1, step2 = np.zeros(self.W1.shape), np.zeros(self.W2.shape)
        for x, y in zip(X, targets):
            hidden = 1 / (1 + np.exp(-(x @ self.W1)))
            error = y - hidden @ self.W2
            term = error
            step1 += self.W2 @ term * hidden * (1 - hidden) * x[:, None]
            step2 += term * hidden[:, None]
        self.W1 = self.W1 + rate * step1 / len(X)
        self.W2 = self.W2 + rate * step2 / len(X)
"""
ALONE_CONFIG = """
[network]
features = 3
hidden = 4
outputs = 1
output_activation = "identity"
loss_scale = "1/(2 n)"
biases = false
[submission]
run = "net = Net(W1, W2); net.train(X, Y[:, 0], 0.5)"
gradients = { W1 = "(W1 - net.W1) / 0.5", W2 = "(W2 - net.W2) / 0.5" }
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("term = error", "term = error * (1 - error)", 11), ("hidden * (1 - hidden)", "(1 - hidden)", 12)],
)
def test_what_is_meant_for_one_output_is_mended_for_one(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str, line: int
) -> None:
    """No edit makes it right for several; what is said of it holds for one, and says so."""
    config = tmp_path / "assignment.toml"
    config.write_text(ALONE_CONFIG)
    checked = Verifier(read(str(config)), sandbox, repair_seconds=10.0)
    assert checked.verify(written(tmp_path, ALONE)).passed
    assert right in ALONE
    report = checked.verify(written(tmp_path, ALONE.replace(right, wrong)))
    assert report.outcome is Outcome.FAILED
    assert "right for k = 1, as configured" in report.notes[0]
    (finding,) = report.findings
    assert finding.location is not None
    assert finding.location.line == line
    assert finding.fix is not None
    assert checked.verify(written(tmp_path, finding.fix.replaced)).passed


SHOWN = """
[network]
features = 3
hidden = 4
outputs = 3
[submission]
run = "o, g = backward(X, Y, W1, b1, W2, b2)"
output = "o"
loss = "loss(o, Y)"
gradients = { W1 = "g[0]", b1 = "g[1]", W2 = "g[2]", b2 = "g[3]" }
"""
WITH_LOSS = (
    RIGHT.replace("return X.T", "return a2, (X.T").rstrip()
    + """)
def loss(o, t):
    return np.sum((o - t) ** 2) / 2
"""
)


def test_a_loss_that_is_wrong_for_itself_is_told_behind_the_forward_pass(tmp_path: Path, sandbox: Sandbox) -> None:
    """What is left once the forward pass is mended; nothing is, where the loss only follows from that."""
    config = tmp_path / "assignment.toml"
    config.write_text(SHOWN)
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, WITH_LOSS)).passed
    forward = WITH_LOSS.replace("s(X @ W1 + b1)", "s(X @ W1 - b1)")
    (alone,) = checked.verify(written(tmp_path, forward)).findings
    assert alone.fix is not None
    # nothing here is made of another loss's terms
    hard = re.sub(
        r"loss\(o, t\):.*", "loss(o, t):\n    return len(str(o)) / len(str(t))\n", forward, flags=re.DOTALL
    )
    first, behind = (
        Verifier(read(str(config)), sandbox, repair_seconds=3.0).verify(written(tmp_path, hard)).findings
    )
    assert first.fix is not None
    assert (behind.site, behind.fix) == ("loss", None)
    assert behind.location is not None
    assert behind.location.line == 11
    assert "still not" in behind.message


PADDED = Path(__file__).parents[3] / "cases" / "correct" / "rows" / "padded_weights.py"


def test_what_nothing_explains_is_placed_where_a_step_is_missing(tmp_path: Path, sandbox: Sandbox) -> None:
    """And at what a right value would mend: neither is mended, and both are named first."""
    checked = Verifier(read(str(PADDED.parent / "assignment.toml")), sandbox, repair_seconds=3.0)
    changes = (("np.exp(-A0 @ V1)", "np.exp(A0 @ V1)"), ("(A2 - Y) * A2 * (1 - A2)", "(A2 - Y) * A2"))
    wrong = right = PADDED.read_text()
    for old, new in changes:
        assert old in right
        wrong = wrong.replace(old, new)
    (finding,) = checked.verify(written(tmp_path, wrong)).findings
    assert finding.location is not None
    places = [place.line for place in (finding.location, *finding.alternatives)]
    assert sorted(places[:2]) == [right[: right.index(old)].count("\n") + 1 for old, _ in changes]
    assert "a step of the pass is nowhere" in finding.evidence


JOINED = RIGHT.replace(
    "    d1 =", "    joined = np.hstack([a1, np.ones((len(a1), 1))])\n    g = joined.T @ d2\n    d1 ="
).replace("a1.T @ d2, d2.sum(0, keepdims=True)", "g[:-1], g[-1:]")


def test_an_edit_of_what_runs_with_one_example_only_is_right_for_several(tmp_path: Path, sandbox: Sandbox) -> None:
    """With one example an elementwise product is right as well."""
    checked = Verifier(verifier(tmp_path, sandbox, outputs=3).assignment, sandbox)
    assert checked.verify(written(tmp_path, JOINED)).outcome is Outcome.PASSED
    report = checked.verify(written(tmp_path, JOINED.replace("joined.T @ d2", "joined.T - d2")))
    assert any("runs with one example" in note for note in report.notes)
    assert len({*report.notes}) == len(report.notes)
    (finding,) = report.findings
    assert finding.fix is not None
    assert finding.fix.replaced == JOINED


JUDGED = Judge.judged
LOGITS = Path(__file__).parents[3] / "cases" / "correct" / "bce-mean" / "loss_differentiated_in_z.py"


def without_more(self: Judge, *args: Any, hurried: bool = False, **options: Any) -> SubmissionReport:
    """A report of what is judged first; of what is looked for once more, nothing is found."""
    report = JUDGED(self, *args, hurried=hurried, **options)
    return replace(report, findings=()) if hurried else report


def test_an_edit_that_is_right_with_one_example_only_is_not_shown(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With several it is wrong once it runs, as a sum is in the place of a mean; the line stays.

    Unless what is left then can be mended, too: that is a second mistake.
    """
    checked = Verifier(read(str(LOGITS.parent / "assignment.toml")), sandbox)
    right = LOGITS.read_text()
    alone = right.replace("self.h @ self.W2 + self.b2", "self.b2")
    wrong = alone.replace("        g /= n\n", "")
    assert len({right, alone, wrong}) == 3
    first, second = checked.verify(written(tmp_path, wrong)).findings
    assert first.location is not None
    assert first.location.line == 13
    assert first.fix is not None
    assert second.fix is not None
    assert (second.fault, second.parameters) == ("batch-size-division-missing", ("W1", "b1", "W2", "b2"))
    assert checked.verify(written(tmp_path, second.fix.replaced)).outcome is Outcome.PASSED
    with monkeypatch.context() as patch:
        patch.setattr(Judge, "judged", without_more)
        (finding,) = checked.verify(written(tmp_path, wrong)).findings
    assert finding.fix is None
    assert finding.location is not None
    assert finding.location.line == 13
    assert all(one.fix for one in checked.verify(written(tmp_path, alone)).findings)


LAYERS = Path(__file__).parents[3] / "cases" / "programs" / "nnfs_layers.py"


def test_an_edit_that_is_wrong_on_some_sizes_is_not_all(tmp_path: Path, sandbox: Sandbox) -> None:
    """With several examples it crashes, but where there are as many as outputs: there it shows what is left."""
    checked = Verifier(read(str(LAYERS.with_suffix(".toml"))), sandbox)
    changes = (
        ("np.dot(inputs, self.weights) + ", ""),
        ("exp_values, axis=1, keepdims=True", "exp_values, axis=1"),
    )
    right = wrong = LAYERS.read_text()
    for old, new in changes:
        assert right.count(old) == 1
        wrong = wrong.replace(old, new)
    findings = checked.verify(written(tmp_path, wrong)).findings
    places = [one.location.line for one in findings if one.location is not None]
    assert places == [right[: right.index(old)].count("\n") + 1 for old, _ in changes]
    fixes = [one.fix for one in findings if one.fix is not None]
    assert len(fixes) == len(changes)
    assert checked.verify(written(tmp_path, fixes[-1].replaced)).outcome is Outcome.PASSED


FLAT = RIGHT.replace("    a1 =", "    Y = Y.reshape(-1, 1)\n    a1 =", 1)


def test_what_runs_with_one_example_only_is_shown_how_it_runs_with_several(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Targets in a row make a square with outputs in a column; with one example both are one number."""
    config = tmp_path / "assignment.toml"
    config.write_text(CONFIG.format(outputs=1).replace("[submission]", '[submission]\naxes = { Y = "n" }'))
    checked = Verifier(read(str(config)), sandbox)
    assert checked.verify(written(tmp_path, FLAT)).outcome is Outcome.PASSED
    report = checked.verify(written(tmp_path, FLAT.replace("    Y = Y.reshape(-1, 1)\n", "")))
    assert report.outcome is Outcome.CRASHED
    assert any("runs with one example" in note for note in report.notes)
    (finding,) = report.findings
    assert finding.fix is not None
    assert checked.verify(written(tmp_path, finding.fix.replaced)).outcome is Outcome.PASSED
    (found,) = {*finding.fix.replaced.splitlines()} - {*FLAT.splitlines()} or {"reshape"}
    assert "reshape" in found


SUMMED = """
import numpy as np
def s(z): return 1 / (1 + np.exp(-z))
def backward(X, Y, W1, b1, W2, b2):
    dW1, db1 = np.zeros(W1.shape), np.zeros(b1.shape)
    a1 = s(X @ W1 + b1)
    a2 = s(a1 @ W2 + b2)
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    for i in range(len(X)):
        dW1 += np.outer(X[i], d1[i])
        db1 += d1[i]
    return dW1, db1, a1.T @ d2, d2.sum(0, keepdims=True)
"""


def test_a_gradient_that_nothing_was_done_to_is_placed_where_its_layers_other_is(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """And not at something else that is 0, nor where both begin."""
    checked = verifier(tmp_path, sandbox, outputs=3)
    assert checked.verify(written(tmp_path, SUMMED)).passed
    report = checked.verify(written(tmp_path, SUMMED.replace("        db1 += d1[i]\n", "")))
    (finding,) = report.findings
    assert finding.fault == "gradient-zero"
    assert finding.location is not None
    assert finding.location.line == 11


LOSS_FIRST = (
    re.sub(r"g\[(\d)\]", lambda one: f"g[{int(one[1]) + 1}]", CONFIG).format(outputs=3) + 'loss = "g[0]"\n'
)
INSIDE = RIGHT.replace("    d1 =", "    error = np.sum((a2 - Y) ** 2) / 2\n    d1 =", 1).replace(
    "return X.T", "return error, X.T"
)


def test_a_wrong_loss_is_not_placed_at_the_gradients_beside_it(tmp_path: Path, sandbox: Sandbox) -> None:
    """They are made of the same values, and it isn't made of them."""
    config = tmp_path / "assignment.toml"
    config.write_text(LOSS_FIRST)
    checked = Verifier(read(str(config)), sandbox, feedback="cause")
    assert checked.verify(written(tmp_path, INSIDE)).passed
    wrong = INSIDE.replace("np.sum((a2 - Y) ** 2) / 2", "np.mean(a2) + 3")
    (finding,) = checked.verify(written(tmp_path, wrong)).findings
    assert finding.site == "loss"
    assert finding.location is not None
    lines = [wrong.splitlines()[one.line - 1].strip() for one in (finding.location, *finding.alternatives)]
    assert lines[0] == "error = np.mean(a2) + 3"
    assert not any(line.startswith(("d1 =", "d2 =")) for line in lines)


KEPT_LOSS = """
import numpy as np
def s(z): return 1 / (1 + np.exp(-z))
class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2
    @property
    def error(self):
        return self.a2 - self.Y
    def record(self, value):
        self.total = np.sum(value ** 2) / 2
    def backward(self, X, Y):
        self.Y = Y
        a1 = s(X @ self.W1 + self.b1)
        self.a2 = s(a1 @ self.W2 + self.b2)
        off: np.ndarray = self.error
        self.record(off)
        d2 = (self.a2 - Y) * self.a2 * (1 - self.a2)
        d1 = d2 @ self.W2.T * a1 * (1 - a1)
        return self.total, X.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True)
def backward(X, Y, W1, b1, W2, b2):
    return Net(W1, b1, W2, b2).backward(X, Y)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return self.a2 - self.Y", "return np.roll(self.a2, 1, axis=0) * np.cos(self.a2) - self.Y"),
        ("np.ndarray = self.error", "np.ndarray = np.roll(self.a2, 1, axis=0) * np.cos(self.a2) - Y"),
        ("self.record(off)", "self.record(np.roll(self.a2, 1, axis=0) * np.cos(self.a2) - Y)"),
    ],
)
def test_a_wrong_loss_is_placed_wherever_it_is_made(
    tmp_path: Path, sandbox: Sandbox, right: str, wrong: str
) -> None:
    """In a property, under a type, in what is handed to a method."""
    config = tmp_path / "assignment.toml"
    config.write_text(LOSS_FIRST)
    checked = Verifier(read(str(config)), sandbox, feedback="cause")
    assert checked.verify(written(tmp_path, KEPT_LOSS)).passed
    text = KEPT_LOSS.replace(right, wrong)
    (finding,) = checked.verify(written(tmp_path, text)).findings
    assert finding.location is not None
    assert wrong in text.splitlines()[finding.location.line - 1]


LAZY = """
import numpy as np
from functools import cached_property

class Pass:
    def __init__(self, x, y, *values):
        self.x, self.y, self.values = x, y, values

    @cached_property
    def h(self):
        return 1 / (1 + np.exp(-(self.x @ self.values[0] + self.values[1])))

    @cached_property
    def o(self):
        return 1 / (1 + np.exp(-(self.h @ self.values[2] + self.values[3])))

    @property
    def loss(self):
        ones = self.o - self.y
        return np.vdot(ones, ones) / 2

    @cached_property
    def e(self):
        return (self.o - self.y) * self.o * (1 - self.o)

    @cached_property
    def d(self):
        return self.e @ self.values[2].T * self.h * (1 - self.h)

    @property
    def weights(self):
        return self.x.T @ self.d, self.h.T @ self.e

    @property
    def biases(self):
        ones = np.ones((1, len(self.y)))
        return ones @ self.d, ones @ self.e
"""


def test_a_name_that_nothing_gives_a_value_is_where_it_is_read(tmp_path: Path, sandbox: Sandbox) -> None:
    """Of gradients that are asked for one by one the others are right; the program itself ends in no error."""
    config = tmp_path / "assignment.toml"
    asked = 'run = "p = Pass(X, Y, W1, b1, W2, b2)"\ngradients = { W1 = "p.weights[0]", b1 = "p.biases[0]", '
    text = CONFIG.format(outputs=3)
    head, _, _ = text.partition("run =")
    config.write_text(head + asked + 'W2 = "p.weights[1]", b2 = "p.biases[1]" }\n')
    checked = Verifier(read(str(config)), sandbox, repair_seconds=3.0)
    assert checked.verify(written(tmp_path, LAZY)).outcome is Outcome.PASSED
    wrong = LAZY.replace("        ones = np.ones((1, len(self.y)))\n", "")
    findings = checked.verify(written(tmp_path, wrong)).findings
    lines = [finding.location.line for finding in findings if finding.location is not None]
    assert lines[0] == wrong[: wrong.index("ones @ self.d")].count("\n") + 1


STORED = PADDED.parents[1] / "not-faults" / "class" / "weights_stored_in_by_out.py"


def test_a_statement_is_put_before_what_it_reads_becomes_the_other_layers(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """One name stands for both deltas, one after the other."""
    checked = Verifier(read(str(STORED.with_suffix(".toml"))), sandbox)
    right = STORED.read_text()
    missing = next(line for line in right.splitlines() if "self.dW2" in line)
    (finding,) = checked.verify(written(tmp_path, right.replace(f"{missing}\n", ""))).findings
    assert finding.fix is not None
    assert finding.fix.replaced == right
