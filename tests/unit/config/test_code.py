"""The contract's own code: a slip in it is told by line before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config import Contract, read
from gradcheck.config.code import asked
from gradcheck.errors import ConfigError

SLIPS = [
    ("run", "x = 1\ng = f(\n", ":8: `submission.run` is not Python: '(' was never closed: `g = f(`"),
    ("W1", "g[0", ":11: `submission.gradients.W1` is not an expression: '[' was never closed: `g[0`"),
    ("W1", "g = 1", ":11: `submission.gradients.W1` is not an expression"),
    ("W1", "", "`submission.gradients.W1` is not Python"),
    ("W1", "local('dW1')", "has `local('dW1')`, expected `local('function', 'name')`"),
    ("W1", "local(f, 'dW1')", "expected `local('function', 'name')`"),
    ("W1", "first(3)", "expected `first('name')`"),
    ("W1", "first('3')", "expected a name such as W1"),
    ("W1", "W1 - after('W1 +')", "`submission.gradients.W1` is not an expression: invalid syntax: `W1 +`"),
    ("output", "a2 =", ":9: `submission.output` is not an expression"),
    ("before", "x =", ":16: `submission.script.before` is not Python"),
    ("X", "X +", ":17: `submission.script.inject.X` is not an expression"),
    ("name", "2x", "is no name such as W1, net.W1 or params['W1']"),
]


def configured(folder: Path, script: bool = True, **given: str) -> Contract:
    """Read a configuration that is right but for what is given."""
    code = {"run": "g = f()\n", "W1": "g[0]", "output": "a2", "before": "", "X": "X", "name": "y"} | given
    text = f"""[network]
features = 4
hidden = 5
outputs = 3
[submission]
run = '''\n{code["run"]}'''
output = "{code["output"]}"
[submission.gradients]
W1 = "{code["W1"]}"
b1 = "g[1]"
W2 = "g[2]"
b2 = "g[3]"
"""
    if script:
        text += f"""[submission.script]
before = "{code["before"]}"
inject = {{ X = "{code["X"]}", "{code["name"]}" = "Y" }}
"""
    path = folder / "assignment.toml"
    path.write_text(text, encoding="utf-8")
    contract = read(str(path)).contract
    assert contract
    return contract


@pytest.mark.parametrize(("key", "text", "said"), SLIPS)
def test_what_can_mean_nothing_is_told(tmp_path: Path, key: str, text: str, said: str) -> None:
    """What is no Python, or calls a helper as it can't be called, is its author's slip and no submission's."""
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, **{key: text})
    assert said in str(caught.value)


@pytest.mark.parametrize("helper", ["first", "after"])
def test_a_pass_is_read_where_there_is_one(tmp_path: Path, helper: str) -> None:
    """`first` and `after` need a script's pass; with one they are taken."""
    with pytest.raises(ConfigError, match=r"add \[submission.script\]"):
        configured(tmp_path, script=False, W1=f"{helper}('dW1')")
    assert configured(tmp_path, W1=f"{helper}('dW1')").gradients["W1"] == f"{helper}('dW1')"


def test_statements_may_be_indented(tmp_path: Path) -> None:
    """Code that is indented to look well in the file is code."""
    assert configured(tmp_path, run="    if n:\n        g = f()\n").run == "if n:\n    g = f()\n"


def test_what_a_contract_asks_a_file_for(tmp_path: Path) -> None:
    """Names that its code reads and doesn't set itself, and what is injected; nothing that it is given."""
    run = "net = Net(d, h)\nfor w in net.layers:\n    w.grad = np.zeros(3)\n"
    run += "g = submission.train(X, submission.table.size)\nsubmission.m = len(Y)\n"
    contract = configured(tmp_path, script=False, run=run, W1="local('f', 'dW1') + rate")
    assert asked(contract) == {"Net", "train", "table", "rate", "a2"}
    script = configured(tmp_path, run="", name="params['y']")
    assert asked(script) == {"X", "params", "g", "a2"}
