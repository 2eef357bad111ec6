"""One mistake that no small change of a formula makes: it is mended where it was made, and what is left passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CASES = Path(__file__).parents[3] / "cases"


def config(case: Path) -> str:
    """The case's own, or that of its folder, or of one above it."""
    own = case.with_suffix(".toml")
    folders = (folder / "assignment.toml" for folder in case.parents)
    return str(own if own.exists() else next(one for one in folders if one.exists()))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # ends in an error, for it is evaluated at something of another shape
        ("correct/styles/finite_differences.py", "down = error(X,", "down = error(g,"),
        # the activation is another, in numbers that remember where they came from
        ("correct/styles/small_autograd.py", "1 / (1 + np.exp(-self.data))", "np.tanh(self.data)"),
        # what comes in is passed on to one of two only
        (
            "correct/styles/operator_overloading.py",
            "            self.grad += g\n            row",
            "            row",
        ),
        # a sum goes on where the other layer's ended
        ("programs/treino_padrao_a_padrao.py", "        soma = bias_saida\n", ""),
        # a step is missing before an error, and what it is made of is updated by then
        ("correct/not-faults/update/overwritten_after_last_use.py", "    g = g @ W2.T\n", ""),
        # sums begin at the parameters
        ("correct/not-faults/update/transposed_products.py", "[np.zeros_like(p) for", "[p for"),
        # what was made is put away
        ("correct/bce-mean/loss_differentiated_in_z.py", "g *= self.h\n", "g = self.h\n"),
        # a parameter is put back too early
        (
            "correct/styles/finite_differences.py",
            "            down = error(X, Y, *params)\n            p.flat[i] = old\n",
            "            p.flat[i] = old\n            down = error(X, Y, *params)\n",
        ),
    ],
)
def test_it_is_mended(tmp_path: Path, sandbox: Sandbox, name: str, old: str, new: str) -> None:
    case = CASES / name
    checked = Verifier(read(config(case)), sandbox, repair_seconds=90.0)
    text = case.read_text()
    assert text.count(old) == 1
    submission = tmp_path / case.name
    submission.write_text(text.replace(old, new))
    findings = checked.verify(str(submission)).findings
    fixes = [one.fix for one in findings if one.fix is not None]
    assert len(fixes) == len(findings) > 0
    first = text[: text.index(old)].count("\n") + 1
    near = range(first - 1, first + max(old.count("\n"), 1) + 1)
    assert {one.location.line for one in findings if one.location is not None} <= {*near}
    submission.write_text(fixes[-1].replaced)
    assert checked.verify(str(submission)).passed
