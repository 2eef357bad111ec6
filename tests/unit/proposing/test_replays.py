"""A file's own making and training of its network, taken over."""

from pathlib import Path

import pytest

from gradcheck.findings import Outcome
from gradcheck.proposing import propose
from gradcheck.proposing.facts import read
from gradcheck.proposing.replays import candidates
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier
from tests.unit.proposing.programs import IN_A_METHOD


def test_what_a_call_needs_is_taken_over_and_nothing_else(tmp_path: Path) -> None:
    """Statements that make the network are there, plots and the long training are not."""
    path = tmp_path / "net.py"
    text = IN_A_METHOD.replace("net = Network()", "title = 'plot'\nnet = Network()")
    path.write_text(text)
    with Sandbox() as sandbox:
        contracts = [
            one.contract for one in candidates(sandbox, str(path), read(text)) if not isinstance(one, str)
        ]
    run = contracts[0].run
    assert "net.add(Dense(2, 3))" in run
    assert "net.fit(X, Y, epochs=1, lr=0.7)" in run
    assert "title" not in run
    assert "100000" not in run


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("", ""), ("delta @ self.weights.T", "error @ self.weights.T"), ("delta.sum(axis=0", "delta.mean(axis=0")],
)
def test_a_network_of_layers_is_checked_as_it_is_made(tmp_path: Path, right: str, wrong: str) -> None:
    """The right one passes under its own proposal, and each wrong one fails."""
    assert right in IN_A_METHOD
    path = tmp_path / "net.py"
    path.write_text(IN_A_METHOD.replace(right, wrong) if right else IN_A_METHOD)
    with Sandbox() as sandbox:
        report = Verifier(propose(str(path)).assignment, sandbox, feedback="verdict").verify(str(path))
    assert report.outcome is (Outcome.FAILED if right else Outcome.PASSED)
    assert len(report.parameters) == 4


def test_a_call_without_data_is_none() -> None:
    """What is given nothing that may be X and Y is not taken over."""
    text = IN_A_METHOD.replace("net.fit(points, answers, epochs=100000, lr=0.1)", "net.fit(1, 2, 3, 4)")
    with Sandbox() as sandbox:
        assert list(candidates(sandbox, "nowhere.py", read(text))) == []
