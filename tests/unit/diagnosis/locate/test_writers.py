"""The statements that write what a contract looks at, told by names; none where the names are others."""

from __future__ import annotations

import pytest

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.writers import writers

TEXT = """\
class Net:
    def backward(self, X, d1, d2):
        self.dW1 = X.T @ d1
        self.dW1 /= len(X)
        self.seen = 0
        grads = {"gW1": self.dW1, "gb1": d1.sum(0)}
        left = d2.sum(0)
        np.add.at(self.total, 0, left)
        print(left, "dW1")
        return grads, left, X.T


def all_of(x):
    W1 = x + 1
    return Result(gb=W1)
"""


@pytest.mark.parametrize(
    ("run", "gradient", "lines"),
    [
        ("net.backward(X, d1, d2)", "net.dW1", [4, 3]),
        ("g = net.backward(X, d1, d2)[0]", "g['gW1']", [6, 4, 3]),
        ("", "local('backward', 'left') / 2", [7]),
        ("g, b, x = net.backward(X, d1, d2)", "b", [10, 7]),
        ("g = net.backward(X, d1, d2)", "g[1]", [10, 7]),
        ("", "net.total[0]", [8]),
        ("r = all_of(X)", "r.gb", [15, 14]),
        ("k = all_of(X)\ng = net.backward(X, d1, d2)", "g[1]", [10, 7]),
        ("k = all_of(X)\ng, b, x = net.backward(X, d1, d2)", "b", [10, 7]),
        ("g, b, x = other(X)", "b", []),  # that isn't what is run
        ("net.backward(X, d1, d2)", "np.asarray(net.dW1).copy()", [4, 3]),
        ("", "(W1 - net.V) / 0.5", []),
        ("", "g['else']", []),
    ],
)
def test_what_a_contract_looks_at_is_written_where_its_names_are(
    run: str, gradient: str, lines: list[int]
) -> None:
    """Keys, attributes and variables, and places among what is returned; the last line first."""
    found = writers(Program(TEXT), Contract(run=run, gradients={"W1": gradient}), ["w1"])
    assert [statement.lineno for statement in found] == lines
