"""The seam to the numerical gradients: precision is recognised, and array-valued functions are differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck.functions.numerical import along, computes_in_single

POINT = [np.array([1.0, 2.0]), None]


@pytest.mark.parametrize(
    ("function", "single"),
    [
        (lambda x: (x**2).sum(), False),
        (lambda x: float((x.astype(np.float32) ** 2).sum()), True),
        (lambda x: (x**2).sum().astype(np.float32), True),
        (lambda x: 3.0, False),
        (lambda x: float(np.round(x[0], 6)), True),
    ],
)
def test_single_precision_is_recognised(function: Any, single: bool) -> None:
    """By the dtype returned, and by changes that go unnoticed; a constant is no proof."""
    assert computes_in_single(lambda values: function(values[0]), POINT) is single


def test_a_function_that_refuses_float64_is_single() -> None:
    """Libraries that don't mix precisions raise, which is an answer; at float64 to begin with it is an error."""

    def strict(values: Any) -> Any:
        if values[0].dtype != np.float32:
            raise RuntimeError("expected Float but found Double")
        return (values[0] ** 2).sum()

    assert computes_in_single(strict, [np.ones(2, dtype=np.float32)])
    with pytest.raises(RuntimeError):
        computes_in_single(strict, [np.ones(2)])


def test_derivatives_of_arrays_along_a_line() -> None:
    """Every entry has its derivative and a bound that holds; the function runs once for each shift."""
    calls: list[Any] = []

    def curve(shift: Any) -> Any:
        calls.append(shift)
        return np.array([[np.sin(shift + 1.0), np.exp(shift)], [shift**2, 7.0 * shift]])

    found = along(curve, (2, 2))
    assert (np.abs(found.value - [[np.cos(1.0), 1.0], [0.0, 7.0]]) <= found.bound + 1e-15).all()
    assert found.bound.max() < 1e-9
    assert len(calls) == len(set(map(complex, calls)))


def test_derivatives_of_complex_arrays() -> None:
    """Both parts of a complex entry are differentiated by a real shift."""
    found = along(lambda shift: np.array([np.exp(1j * (shift + 0.3))]), (1,))
    assert np.abs(found.value - 1j * np.exp(0.3j)).max() <= found.bound.max() + 1e-15


def test_a_large_constant_is_no_single_precision() -> None:
    """Small changes that float64 itself can't hold beside a constant say nothing of the arithmetic."""
    assert not computes_in_single(lambda values: 1e8 + (values[0] ** 2).sum(), POINT)
    assert computes_in_single(lambda values: float(np.float32(100.0 + (values[0] ** 2).sum())), POINT)
