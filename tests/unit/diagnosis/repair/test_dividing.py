"""Whoever divides by the data means how many they are: what is counted is the examples, where they lie."""

from __future__ import annotations

from fractions import Fraction

import pytest
from workbench import PROGRAM, mended, trials

from gradcheck.diagnosis.repair.looking import Look
from gradcheck.network.forward import Network, Scale

MEAN = Network(loss_scale=Scale(Fraction(1, 2), per_example=True))
COUNTED = PROGRAM.replace("    d2 = (o - Y)", "    m = len(X)\n    d2 = (o - Y) / m")


@pytest.mark.parametrize(
    ("made", "counted"),
    [
        ("m = X", ["m = len(X)", "m = X.shape[0]"]),
        ("m = X.shape", ["m = X.shape[0]"]),
        ("m = W2", []),  # there are no examples in it
        ("m = len(X)", []),
        ("m = X[0]", []),
        ("m = X * 2", []),
    ],
)
def test_what_is_divided_by_is_counted(made: str, counted: list[str]) -> None:
    """Of data and shapes; where a number is made in two ways, or is none of the data, nothing is known."""
    text = COUNTED.replace("m = len(X)", made)
    trial, _ = trials(network=MEAN)
    found = [edit.apply(text) for edit, _ in Look(trial, text, ()).slips]
    assert found == [text.replace(made, one) for one in counted]


def test_what_is_given_twice_is_no_one_number() -> None:
    """It may be a number by the time that something is divided by it."""
    trial, _ = trials(network=MEAN)
    assert Look(trial, COUNTED.replace("m = len(X)", "m = X\n    m = len(m)"), ()).slips == []


def test_what_is_divided_by_hides_no_other_mistake() -> None:
    """With arrays in the place of a number no gradient is worth anything: both are mended."""
    wrong = COUNTED.replace("m = len(X)", "m = X.shape").replace("(o - Y)", "(Y - o)")
    found = mended(wrong, network=MEAN, seconds=20.0)
    assert found is not None
    assert found.text == COUNTED.replace("m = len(X)", "m = X.shape[0]")


@pytest.mark.parametrize(
    ("made", "meant"),
    [
        ("d2 // m", "d2 / m"),
        ("sum(g // m for g in d2)", "sum(g / m for g in d2)"),
        ("d2 / (m // 1)", None),  # what is counted may be meant to be whole
        ("d2 / m", None),
    ],
)
def test_what_is_not_whole_is_divided_with_its_rest(made: str, meant: str | None) -> None:
    """Nobody means the floor of a gradient."""
    text = COUNTED.replace("h.T @ d2", f"h.T @ ({made})")
    trial, _ = trials(network=MEAN)
    found = [edit.apply(text) for edit, _ in Look(trial, text, ()).slips]
    assert found == ([text.replace(made, meant)] if meant else [])
