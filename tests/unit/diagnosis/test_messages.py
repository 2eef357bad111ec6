"""Words: what the submitted value is, in the student's own layout, without a word left open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.config import LAYOUTS, Contract
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.messages import downstream, finding, vocabulary
from gradcheck.faults import BY_NAME, CATALOGUE, Fault
from gradcheck.network.forward import Network, Scale

ROWS, COLUMNS = Contract(), Contract(axes=dict(LAYOUTS["columns"]))
ALL = ("w2", "b2", "w1", "b1")


@pytest.mark.parametrize("fault", CATALOGUE, ids=lambda fault: fault.name)
def test_every_message_is_complete(fault: Fault) -> None:
    """At each site and in both layouts, no brace is left, and the fault, its site and its gradients are told."""
    for site in fault.sites:
        place = site.replace("decay", "w")
        for contract in (ROWS, COLUMNS):
            found = finding(Explained(place, fault), Network(), contract, ALL, "evidence")
            assert not {"{", "}"} & {*found.message, *found.hint}
            assert (found.fault, found.site, found.confidence) == (fault.name, place, "certain")
            assert found.parameters


def test_a_message_speaks_the_layout_of_the_program() -> None:
    """Examples are axis 0 in rows and axis 1 in columns; products are written the program's way round."""
    rows, columns = (vocabulary("b1", Network(), contract) for contract in (ROWS, COLUMNS))
    assert (rows["example_axis"], rows["weight_product"]) == ("0", "x.T @ delta1")
    assert (columns["example_axis"], columns["weight_product"]) == ("1", "delta1 @ x.T")


def test_one_example_in_a_column_is_one_of_columns() -> None:
    """Without an axis of the examples it is the other arrays' layout that tells."""
    one = replace(COLUMNS, axes=COLUMNS.axes | {"X": "d 1", "Y": "k 1"})
    assert vocabulary("b1", Network(), one)["weight_product"] == "delta1 @ x.T"


def test_equal_entries_make_a_class() -> None:
    """What values can't tell apart is said to be so."""
    found = finding(
        Explained("b1", BY_NAME["bias-mean-instead-of-sum"], equivalent=("gradient-zero",)),
        Network(),
        ROWS,
        ALL,
        "",
    )
    assert found.confidence == "class"
    assert found.equivalent == ("gradient-zero",)


def test_a_bias_that_is_not_there_is_not_called_right() -> None:
    """That b2 is right beside a wrong W2 says something of the delta; a network without biases doesn't."""
    explained = Explained("delta2", None, parameters=("w2",))
    with_bias, without = (
        finding(explained, Network(output_bias=bias), ROWS, ("w2",), "").message for bias in (True, False)
    )
    assert "that of b2 is right" in with_bias
    assert "b2" not in without


def test_what_has_no_name_is_told_without_one() -> None:
    """The first wrong quantity and what it ought to be, and no catalogue entry."""
    for site in ("delta2", "w1"):
        found = finding(Explained(site, None), Network(), ROWS, ALL, "")
        assert (found.fault, found.confidence) == (None, "unknown")
        assert [fault.name for fault in CATALOGUE if fault.name in found.message] == []


def test_a_step_spoils_what_is_made_of_it() -> None:
    """The hidden slope the hidden layer's gradients, the forward pass all, a bias its own."""
    assert downstream("slope1", ALL) == ("w1", "b1")
    assert downstream("z1", ALL) == ("w1", "b1", "w2", "b2")
    assert downstream("b2", ALL) == ("b2",)
    assert downstream("b2", ("w1",)) == ()


@pytest.mark.parametrize(
    ("scale", "factor", "said"),
    [("1/n", "n/400", True), ("1/(2 n)", "-n/32", True), ("1/n", "n/2", False), ("1/2", "n/400", False)],
)
def test_a_number_in_the_place_of_the_batch_size_is_told(scale: str, factor: str, said: bool) -> None:
    """Where the loss is a mean; a small number may be a factor, and of a sum there is no size to stand for."""
    network = Network(loss_scale=Scale.parse(scale))
    one = Explained("delta2", BY_NAME["gradient-off-by-size-factor"], coefficient=factor)
    message = finding(one, network, ROWS, ALL, "").message
    assert f"is {factor} times" in message
    assert ("a fixed number, stands in the place of n" in message) is said
