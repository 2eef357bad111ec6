"""Proposals for programs of every form, right and wrong."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from gradcheck.config import Assignment, Sizes
from gradcheck.errors import UngradableError
from gradcheck.findings import Outcome
from gradcheck.network.forward import Network
from gradcheck.proposing import facts as reading
from gradcheck.proposing import propose
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.choosing import Choice
from gradcheck.proposing.proposal import Proposal, _decay_off
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

SIGMOID = "import numpy as np\ndef s(z):\n    return 1 / (1 + np.exp(-z))\n"
FUNCTION = SIGMOID + (
    "def rueckwaerts(a, b, p, q, r, t):\n"
    "    h = np.tanh(a @ p + q)\n"
    "    o = s(h @ r + t)\n"
    "    e = (o - b) * o * (1 - o)\n"
    "    f = e @ r.T * (1 - h ** 2)\n"
    "    return {'A': a.T @ f, 'B': f.sum(0), 'C': h.T @ e, 'D': e.sum(0)}\n"
)
CLASS = SIGMOID + (
    "class Netz:\n"
    "    def __init__(self, e, v, a):\n"
    "        self.u = np.random.randn(v, e)\n"
    "        self.v = np.random.randn(a, v)\n"
    "    def vor(self, x):\n"
    "        self.x, self.h = x, s(self.u @ x)\n"
    "        self.o = s(self.v @ self.h)\n"
    "        return self.o\n"
    "    def lernen(self, x, soll):\n"
    "        self.vor(x)\n"
    "        e = (self.o - soll) * self.o * (1 - self.o)\n"
    "        f = self.v.T @ e * self.h * (1 - self.h)\n"
    "        self.v -= e @ self.h.T\n"
    "        self.u -= f @ x.T\n"
)
SCRIPT = SIGMOID + (
    "data = np.loadtxt('gone.csv')\n"
    "eingang, antwort = data[:, :2], data[:, 2:]\n"
    "g1 = np.random.rand(2, 3)\n"
    "g2 = np.random.rand(3, 1)\n"
    "for i in range(1000):\n"
    "    h = s(eingang.dot(g1))\n"
    "    o = s(h.dot(g2))\n"
    "    e = (o - antwort) * o * (1 - o)\n"
    "    f = e.dot(g2.T) * h * (1 - h)\n"
    "    g2 = g2 - 0.5 * h.T.dot(e)\n"
    "    g1 = g1 - 0.5 * eingang.T.dot(f)\n"
)


def write(folder: Path, text: str) -> str:
    path = folder / "ann.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


def outcome(path: str) -> Outcome:
    proposal = propose(path)
    with Sandbox() as sandbox:
        return Verifier(proposal.assignment, sandbox, feedback="verdict").verify(path).outcome


@pytest.mark.parametrize("text", [FUNCTION, CLASS], ids=["function", "class"])
def test_right_programs_pass_under_their_own_proposal(tmp_path: Path, text: str) -> None:
    """What is proposed for a right program is understood, and the program passes."""
    path = write(tmp_path, text)
    proposal = propose(path)
    assert proposal.understood
    assert proposal.assignment.path == path
    assert outcome(path) is Outcome.PASSED


@pytest.mark.parametrize("text", [FUNCTION, CLASS], ids=["function", "class"])
def test_the_hidden_slope_left_out_fails_under_the_same_contract(tmp_path: Path, text: str) -> None:
    """A contract is not bent until a wrong program passes: the forward pass and the output layer hold it."""
    wrong = text.replace(" * (1 - h ** 2)", "").replace(" * self.h * (1 - self.h)", "")
    assert wrong != text
    assert outcome(write(tmp_path, wrong)) is Outcome.FAILED


def test_a_script_is_run_by_one_pass_with_everything_injected(tmp_path: Path) -> None:
    """The data is missing and no name means anything; the products tell what to inject."""
    proposal = propose(write(tmp_path, SCRIPT))
    script = proposal.assignment.contract and proposal.assignment.contract.script
    assert script is not None
    assert {"eingang": "X", "antwort": "Y", "g1": "W1", "g2": "W2"}.items() <= script.inject.items()
    assert "passed" in proposal.summary


def test_a_loss_that_nothing_confirms_is_marked(tmp_path: Path) -> None:
    """Where the program computes no loss, the text says on the line before that it is a guess."""
    lines = propose(write(tmp_path, FUNCTION)).toml.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("loss ="))
    assert lines[at - 1].startswith("# unsure: ")


def test_a_wrong_forward_pass_is_not_understood(tmp_path: Path) -> None:
    """An activation that is none of the known ones is refused, not taken for one of them."""
    odd = FUNCTION.replace("np.tanh(a @ p + q)", "np.sin(a @ p + q)")
    with pytest.raises(UngradableError, match="forward pass is none that gradcheck knows"):
        propose(write(tmp_path, odd))


@pytest.mark.parametrize(("slope", "right"), [("(1 - h ** 2)", True), ("(1 - h)", False)])
def test_a_network_in_a_file_beside_is_told_by_its_gradients(tmp_path: Path, slope: str, right: bool) -> None:
    """Where the forward pass can't be watched all gradients together tell the network; wrong ones tell none."""
    (tmp_path / "netz.py").write_text(FUNCTION.replace("(1 - h ** 2)", slope))
    path = write(tmp_path, "from netz import rueckwaerts\n")
    if right:
        proposal = propose(path)
        assert proposal.assignment.network.hidden_activation == "tanh"
        assert outcome(path) is Outcome.PASSED
    else:
        with pytest.raises(UngradableError, match=r"try `gradcheck init` on that"):
            propose(path)


def test_a_file_without_a_network_is_refused_with_a_skeleton(tmp_path: Path) -> None:
    """The refusal says what is there, what was tried, and shows what to write."""
    with pytest.raises(UngradableError) as caught:
        propose(write(tmp_path, "def add(a, b):\n    return a + b\n"))
    assert "`add`" in str(caught.value)
    assert "[submission.gradients]" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("l1, l2 = Layer(W1), Layer(W2)", False),
        ("l1, l2 = make(W1, W2)", False),
        ("l2 = Layer(W2)", False),
        ("l1, l2 = 0.0, 0.1", True),
    ],
)
def test_what_is_made_of_something_is_no_weight_decay(line: str, said: bool) -> None:
    """`l2` may be a decay, and the second layer: that is an object, and a decay is a number."""
    facts = reading.read(f"def backward(X, Y, W1, W2):\n    {line}\n    return l2\n", ".")
    assert ("`l2` may be weight decay" in _decay_off(facts)) is said


def test_why_a_program_crashed_comes_before_what_is_unsure(tmp_path: Path) -> None:
    """The first note is a report's headline."""
    report = SubmissionReport(path="ann.py", outcome=Outcome.CRASHED, notes=("ValueError: no", "more"))
    network = Network()
    proposal = Proposal(
        toml="",
        assignment=Assignment(path="ann.py", network=network, sizes=Sizes(d=4, h=5, k=3)),
        summary="",
        doubts=("one output",),
        choice=Choice(network=network, candidate=cast(Candidate, None)),
        understood=True,
    )
    notes = proposal.qualified(Report(config="", seed=0, submissions=(report,))).submissions[0].notes
    assert notes == ("ValueError: no", "unsure: one output", "more")
    passed = replace(report, outcome=Outcome.PASSED, notes=("more",))
    notes = proposal.qualified(Report(config="", seed=0, submissions=(passed,))).submissions[0].notes
    assert notes == ("unsure: one output", "more")
