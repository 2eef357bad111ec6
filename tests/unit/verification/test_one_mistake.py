"""One mistake that no small change of a formula makes: it is mended where it was made, and what is left passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from changed_cases import CASES, changed

from gradcheck.submissions.sandbox import Sandbox


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
    checked, submission = changed(name, ((old, new),), tmp_path, sandbox)
    findings = checked.verify(str(submission)).findings
    fixes = [one.fix for one in findings if one.fix is not None]
    assert len(fixes) == len(findings) > 0
    text = (CASES / name).read_text()
    first = text[: text.index(old)].count("\n") + 1
    near = range(first - 1, first + max(old.count("\n"), 1) + 1)
    assert {one.location.line for one in findings if one.location is not None} <= {*near}
    submission.write_text(fixes[-1].replaced)
    assert checked.verify(str(submission)).passed
