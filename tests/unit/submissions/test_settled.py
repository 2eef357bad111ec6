"""What is worked out of a file once, for all its edited variants: an edit may be in what is needed itself."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
import submitted
from submitted import contract, run_all, write
from submitted import inputs as drawn

from gradcheck.config import read
from gradcheck.submissions import bounded
from gradcheck.submissions.job import ProbeResult
from gradcheck.submissions.loading import settled
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.submissions.wire import Reader, pack_result, unpack_result
from gradcheck.verification import Verifier

CONFIGURATION = """
[network]
features = 4
hidden = 5
outputs = 3
loss = "squared-error"
loss_scale = "1/2"

[submission]
run = "grads = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "grads[0]"
b1 = "grads[1]"
W2 = "grads[2]"
b2 = "grads[3]"
"""
HEAD = """\
import numpy as np

class Act:
    def __init__(self, f, df):
        self.f, self.df = f, df

"""
BACKWARD = """
def backward(X, Y, W1, b1, W2, b2):
    act = TABLE["sigmoid"]
    a1 = act.f(X @ W1 + b1)
    a2 = act.f(a1 @ W2 + b2)
    d2 = (a2 - Y) * act.df(a2)
    d1 = d2 @ W2.T * act.df(a1)
    return X.T @ d1, d1.sum(axis=0, keepdims=True), a1.T @ d2, d2.sum(axis=0, keepdims=True)
"""
MADE = "Act(lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 + a))"


@pytest.mark.parametrize(
    "table",
    [
        f'TABLE = {{\n    "sigmoid": {MADE},\n}}\n',
        f'TABLE = {{}}\ndef register(name, act):\n    TABLE[name] = act\nregister("sigmoid", {MADE})\n',
    ],
)
def test_a_mistake_in_what_is_needed_is_mended(tmp_path: Path, table: str) -> None:
    """The line of the table, and no detour around it: a variant has its table as it was edited."""
    (tmp_path / "assignment.toml").write_text(CONFIGURATION)
    submission = tmp_path / "net.py"
    submission.write_text(HEAD + table + BACKWARD)
    with Sandbox("none", timeout=20.0) as sandbox:
        report = Verifier(read(tmp_path / "assignment.toml"), sandbox).verify(str(submission))
    assert [finding.fix.line.strip() for finding in report.findings if finding.fix] == [
        next(line.strip() for line in table.split("\n") if "sigmoid" in line).replace("1 + a)", "1 - a)")
    ]


def test_what_is_left_out_is_told_from_what_is_edited(tmp_path: Path) -> None:
    """A file that needs nothing beside its definitions has nothing to tell."""
    known = settled(write(tmp_path, HEAD + f"TABLE = {{'s': {MADE}}}\nTABLE_2 = {MADE}\n" + BACKWARD), contract())
    assert known is not None
    assert (len(known.wanted), len(known.left), known.names) == (1, 1, ("TABLE",))
    nothing = settled(write(tmp_path, HEAD + f"TABLE_2 = {MADE}\n" + BACKWARD), contract())
    assert nothing is not None
    assert (nothing.wanted, nothing.left, nothing.names) == ((), (), ())


HOSTILE = {
    "chain of names": "def f(x): return x\na0 = 1\n" + "".join(f"a{i + 1} = f(a{i})\n" for i in range(1500)),
    "chain of functions": (
        "".join(f"def f{i}(x): return f{i + 1}(x)\n" for i in range(900))
        + "def f900(x): x[0] = 1\na1500 = f0([0])\n"
    ),
    "many statements": "def f(x): return x\n" + "a1500 = f(1)\n" * 2001,
    "many of one name": "def f(x): x[0] = 1\n" * 600 + "f(a1500)\n" * 600,
    "one large statement": "def f(x): x[0] = 1\n" * 600 + "a1500 = [" + "f(1)," * 9999 + "]\n",
    "functions that call each other": (
        "".join(f"def f{i}(x): f{(i * 7) % 300}(x); f{(i * 5 + 1) % 300}(x); x[{i}] = 1\n" for i in range(300))
        + "a1500 = [0]\nf0(a1500)\n"
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_needed_of_a_hostile_file_is_told_soon_or_is_nothing(tmp_path: Path, kind: str) -> None:
    """The judge itself works it out."""
    path = write(tmp_path, HOSTILE[kind] + "def g(): return a1500\n")
    began = process_time()
    settled(path, contract(run="g()"))
    assert process_time() - began < 5


def test_what_took_too_long_once_is_not_tried_in_variants(tmp_path: Path) -> None:
    """The first run tells its lines; made-up ones only leave statements out."""
    long = (
        f"def fill(t):\n    for i in range({bounded.LINES}): t[i] = i\nTABLE = {{}}\nfill(TABLE)\nOTHER = {MADE}\n"
    )
    path = write(tmp_path, HEAD + long + submitted.BACKWARD + "def g(): return TABLE, OTHER\n")
    how = contract(run="grads = backward(X, Y, W1, b1, W2, b2)\ng()")
    results = run_all(path, how, drawn(0), drawn(1))
    line = HEAD.count("\n") + 4
    assert [result.refused for result in results] == [(line,), (line,)]
    assert unpacked(results[0]).refused == (line,)
    first, later = settled(path, how), settled(path, how, results)
    assert first is not None
    assert later is not None
    assert (len(first.wanted), len(later.wanted)) == (2, 1)
    assert later.names == ("OTHER",)
    made_up = settled(path, how, [ProbeResult(status="ok", refused=(0, 10**6, line + 1))])
    assert made_up is not None
    assert made_up.names == ("TABLE",)


def unpacked(result: ProbeResult) -> ProbeResult:
    (frame,) = Reader(1 << 20).feed(pack_result(result))
    return unpack_result(frame)
