"""Constants are told by name where they have one, and sizes are found where the function reads them."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from gradcheck.functions.constants import constant_text, sizes_around

TABLE = np.zeros((11, 2))


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        (2.0, "2"),
        (-1.0, "-1"),
        (0.5, "1/2"),
        (7.0, "7 (7 = X.shape[0])"),
        (1 / 7, "1/7 (7 = X.shape[0])"),
        (-1 / 14, "-1/14 (7 = X.shape[0])"),
        (3.0, "3"),
        (2 / 3, "2/3"),
        (1.3717, "1.3717"),
        (2 + 1j, "2+1j"),
    ],
)
def test_constants_by_name(constant: Any, text: str) -> None:
    """Simple numbers first, then sizes, then small fractions, then digits."""
    assert constant_text(constant, {"X.shape[0]": 7}) == text


def test_no_constant_is_named_that_is_merely_near() -> None:
    """2.001 is not 2."""
    assert constant_text(2.001, {}) == "2.001"


class Model:
    """An object whose method reads its arrays."""

    def __init__(self) -> None:
        self.weights = np.zeros((13, 3))

    def loss(self, p: Any) -> Any:
        """Read them."""
        return self.weights @ p


def test_sizes_are_found_where_the_function_reads_them() -> None:
    """In closures, in globals, in the object of a method, in a partial's keywords, and in functions called."""
    inner = np.zeros((17, 5))

    def closed(p: Any) -> Any:
        return inner @ p

    def calls(p: Any) -> Any:
        return closed(p)

    def reads(p: Any, data: Any = None) -> Any:
        return TABLE @ p

    assert sizes_around(closed, np.zeros(5)) == {
        "parameters.shape[0]": 5,
        "inner.shape[0]": 17,
        "inner.shape[1]": 5,
    }
    assert sizes_around(calls, [])["inner.shape[0]"] == 17
    assert sizes_around(reads, [])["TABLE.shape[0]"] == 11
    assert sizes_around(Model().loss, [])["self.weights.shape[0]"] == 13
    assert sizes_around(functools.partial(reads, data=np.zeros(19)), [])["data.shape[0]"] == 19
    assert sizes_around(np.sum, []) == {}
