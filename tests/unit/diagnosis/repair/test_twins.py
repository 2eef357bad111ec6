"""The other layer's names: learnt by value and by the words in which they differ, and not guessed."""

from __future__ import annotations

import ast
import re

import pytest
from workbench import CONTRACT, NETWORK, PROBES, judge, mended, run

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.twins import Twins

WORDS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    net = {"hidden": {"w": W1, "b": b1}, "out": {"w": W2, "b": b2}}
    a = 1 / (1 + np.exp(-(X @ net["hidden"]["w"] + net["hidden"]["b"])))
    o = 1 / (1 + np.exp(-(a @ net["out"]["w"] + net["out"]["b"])))
    err = (o - Y) * o * (1 - o)
    back = err @ net["out"]["w"].T * a * (1 - a)
    net["out"]["dw"] = a.T @ err
    net["hidden"]["dw"] = X.T @ back
    net["out"]["db"] = err.sum(axis=0, keepdims=True)
    net["hidden"]["db"] = back.sum(axis=0, keepdims=True)
    return net["hidden"]["dw"], net["hidden"]["db"], net["out"]["dw"], net["out"]["db"]
"""
SUMS = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    some, more = np.zeros(W1.shape), np.zeros(W2.shape)
    ones, tens = np.zeros(b1.shape), np.zeros(b2.shape)
    for x, y in zip(X, Y):
        a = 1 / (1 + np.exp(-(x @ W1 + b1[0])))
        o = 1 / (1 + np.exp(-(a @ W2 + b2[0])))
        err = (o - y) * o * (1 - o)
        back = W2 @ err * a * (1 - a)
        more += np.outer(a, err)
        some += np.outer(x, back)
        tens += err
        ones += back
    return some, ones, more, tens
"""


def twins_of(text: str) -> tuple[Twins, ast.AST]:
    trial, program = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge), Program(text)
    observation = Observation(program, trial.watched(text).probes[0].events, trial.tables[0])
    return Twins(program, observation), program.definitions["backward"]


def test_names_belong_together_by_what_they_hold() -> None:
    """Whichever way: of an activation there is one above and one below."""
    twins, function = twins_of(WORDS)
    _, above, below = twins.renamings(function)
    assert (above("X"), above("a"), above("back")) == ("a", "o", "err")
    assert (below("o"), below("a"), below("err")) == ("a", "X", "back")


def test_words_tell_of_names_that_hold_nothing_yet() -> None:
    """Those in which two names differ that belong together; of others nothing is known."""
    twins, function = twins_of(WORDS.replace('    net["hidden"]["db"] = back.sum(axis=0, keepdims=True)\n', ""))
    _, above, below = twins.renamings(function)
    assert below('net["out"]["db"]') == 'net["hidden"]["db"]'
    assert above('net["out"]["db"]') == 'net["out"]["db"]'
    assert below("elsewhere") == "elsewhere"


def test_sums_that_nothing_is_added_to_are_empty() -> None:
    """Zeros where something ought to be, and no others."""
    twins, function = twins_of(SUMS.replace("        some += np.outer(x, back)\n", ""))
    assert twins.empty(function) == ["some"]
    twins, function = twins_of(SUMS)
    assert twins.empty(function) == []


@pytest.mark.parametrize(
    ("text", "missing", "left"),
    [
        (WORDS, 'net["hidden"]["db"] = back.sum(axis=0, keepdims=True)', ""),
        (WORDS, "X.T @ back", "back"),
        (SUMS, "some += np.outer(x, back)", "pass"),
        (SUMS, "tens += err", "pass"),
    ],
)
def test_what_is_missing_is_written_like_the_other_layers(text: str, missing: str, left: str) -> None:
    """A statement, or its value, with this layer's names."""
    found = mended(text.replace(missing, left))
    assert found is not None
    assert missing in found.text


@pytest.mark.parametrize("text", [WORDS, SUMS])
def test_the_programs_are_right(text: str) -> None:
    """Where nothing is missing, nothing is put in."""
    assert mended(text) is None


def test_another_name_of_the_same_is_no_twin() -> None:
    """What Y is called elsewhere is Y; and a name may begin like its twin."""
    text = re.sub(r"\bback\b", "err_hidden", WORDS.replace("    err =", "    T, hidden = Y, 0\n    err ="))
    twins, function = twins_of(text)
    _, above, below = twins.renamings(function)
    assert below("Y") == above("Y") == "Y"
    assert (above("err_hidden"), below("err")) == ("err", "err_hidden")


def test_what_the_contract_asks_for_tells_names_of_the_other_layer() -> None:
    """Where the program has no other trace of them: `net.db` belongs to `net.dc`; a place in a list is no name."""
    program = Program(WORDS)
    trial = Trial("s.py", CONTRACT, NETWORK, PROBES, run, judge)
    observation = Observation(program, trial.watched(WORDS).probes[0].events, trial.tables[0])
    asked = {"W1": "net.dW", "b1": "net.db", "W2": "net.dV", "b2": "net.dc"}
    _, _, below = Twins(program, observation, asked).renamings(program.definitions["backward"])
    assert (below("dc"), below("dV")) == ("db", "dW")
    _, _, as_it_was = Twins(program, observation).renamings(program.definitions["backward"])
    assert as_it_was("dc") == "dc"
    places = {"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"}
    _, _, below = Twins(program, observation, places).renamings(program.definitions["backward"])
    assert below("net[3]") == "net[3]"
