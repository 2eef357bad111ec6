"""A pass of a file's own loop over its objects."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier
from tests.unit.proposing.programs import IN_A_LOOP


@pytest.mark.parametrize(
    ("right", "wrong", "outcome"),
    [
        ("", "", Outcome.PASSED),
        ("error * (1 - self.a ** 2)", "error * (1 - self.a)", Outcome.FAILED),
        ("lr * delta.sum(axis=0, keepdims=True)", "lr * delta.sum()", Outcome.FAILED),
    ],
)
def test_the_arrays_of_objects_are_injected(tmp_path: Path, right: str, wrong: str, outcome: Outcome) -> None:
    """The parameters are found by how they fit together, whatever sizes the file has, and all are compared."""
    assert right in IN_A_LOOP
    path = tmp_path / "net.py"
    path.write_text(IN_A_LOOP.replace(right, wrong) if right else IN_A_LOOP)
    assignment = propose(str(path)).assignment
    assert assignment.contract is not None
    assert assignment.contract.script is not None
    assert {"first.weights": "W1", "second.bias": "b2"}.items() <= assignment.contract.script.inject.items()
    with Sandbox() as sandbox:
        report = Verifier(assignment, sandbox, feedback="verdict").verify(str(path))
    assert (report.outcome, len(report.parameters)) == (outcome, 4)
