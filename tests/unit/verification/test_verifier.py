"""One submission to a report: what passes, what fails, and on which sizes that is decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.diagnosis.examining import Examination
from gradcheck.findings import Outcome, Verdict
from gradcheck.submissions.job import Job
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

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


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One without walls: what runs here is the test's own."""
    with Sandbox("none") as opened:
        yield opened


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


def test_a_run_that_differs_from_the_one_before_is_a_finding(tmp_path: Path, sandbox: Sandbox) -> None:
    """Gradients with noise in them are no function of the input, and fail."""
    noisy = RIGHT.replace("X.T @ d1,", "X.T @ d1 + np.random.default_rng().normal(size=W1.shape),")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, noisy))
    assert report.outcome is Outcome.FAILED
    assert any("Two runs" in finding.message for finding in report.findings)


def test_changed_inputs_are_a_finding(tmp_path: Path, sandbox: Sandbox) -> None:
    """Right gradients don't excuse an X that is another one afterwards."""
    changing = RIGHT.replace("    return", "    out = X.T @ d1\n    X *= 2\n    return").replace(
        "X.T @ d1,", "out,"
    )
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, changing))
    assert report.outcome is Outcome.FAILED
    assert any("in place" in finding.message for finding in report.findings)


def test_a_failure_of_the_diagnosis_leaves_the_verdict(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before our own code failed is told, and so is the failure."""

    def fails(case: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("gradcheck.verification.verifier.examine", fails)
    wrong = RIGHT.replace("(a2 - Y) * a2", "(a2 + Y) * a2")
    report = verifier(tmp_path, sandbox, outputs=3).verify(written(tmp_path, wrong))
    assert report.outcome is Outcome.FAILED
    assert any("ZeroDivisionError" in note for note in report.notes)


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
    judge = verifier(tmp_path, sandbox, outputs=3)
    judge.search_seconds = 0.3
    with monkeypatch.context() as patch:
        patch.setattr("gradcheck.verification.verifier.examine", endless)
        report = judge.verify(wrong)
    assert report.outcome is Outcome.FAILED
    assert report["W1"].verdict is Verdict.WRONG
    assert "the search for the cause was given up after 0.3 s" in report.notes
    judge.search_seconds = None
    assert [finding.parameters for finding in judge.verify(wrong).findings] == [("W1",)]
