"""What functions do beside computing is found, and is not found where they don't."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradients, check_vjp
from gradcheck.findings import Verdict

START = np.array([1.0, 2.0, 3.0])


def square(p: Any) -> Any:
    """Sum of squares."""
    return (p**2).sum()


def twice(p: Any) -> Any:
    """Its gradient."""
    return 2 * p


def _faults(report: Any) -> list[str | None]:
    return [finding.fault for finding in report.findings]


def test_well_behaved_functions_have_no_finding() -> None:
    """Pure functions, and those that only work on copies, are not accused."""

    def with_copy(p: Any) -> Any:
        p = p.copy()
        p *= 2
        return p

    assert _faults(check_gradients(square, with_copy, START)) == []


def test_a_loss_that_throws_dice_leaves_everything_open() -> None:
    """A random loss is a finding, and no gradient is called wrong against it."""
    random = np.random.default_rng(0)
    report = check_gradients(lambda p: square(p) + random.normal(), lambda p: 5 * p, START)
    assert _faults(report) == ["loss-not-deterministic"]
    assert report["parameters"].verdict is Verdict.INCONCLUSIVE


def test_random_gradients_are_found() -> None:
    """Gradients that change between calls are a finding."""
    random = np.random.default_rng(0)
    report = check_gradients(square, lambda p: twice(p) * (1 + 0.1 * random.normal()), START)
    assert "gradients-not-deterministic" in _faults(report)


def test_another_order_of_summation_is_no_randomness() -> None:
    """Differences of the last bit between calls, as of parallel sums, are let pass."""
    calls = [0]

    def shaky(p: Any) -> Any:
        calls[0] += 1
        return twice(p) * (1 + (calls[0] % 2) * 2.0**-52)

    assert _faults(check_gradients(square, shaky, START)) == []


def test_gradients_that_add_up_are_found() -> None:
    """Gradients that are added to what the last call left are named as that, and judged by the first call."""
    total = np.zeros(3)

    def adding(p: Any) -> Any:
        total[...] += twice(p)
        return total.copy()

    report = check_gradients(square, adding, START)
    assert _faults(report) == ["gradients-accumulate"]
    assert report["parameters"].verdict is Verdict.CORRECT


def test_gradients_that_use_the_last_forward_pass_are_found() -> None:
    """A cache that only the loss fills makes the gradients depend on the last call of the loss."""
    cache: dict[str, Any] = {}

    def loss(p: Any) -> Any:
        cache["p"] = p.copy()
        return square(p)

    report = check_gradients(loss, lambda p: 2 * np.real(cache["p"]), START)
    assert _faults(report) == ["state-kept-between-calls"]
    assert report["parameters"].verdict is Verdict.CORRECT


def test_a_first_call_that_differs_from_all_later_ones_is_found() -> None:
    """Right once and three times too large ever after is no pure function, however steady it is after that."""
    calls = [0]

    def once(p: Any) -> Any:
        calls[0] += 1
        return twice(p) * (1 if calls[0] == 1 else 3)

    report = check_gradients(square, once, START)
    assert _faults(report) == ["state-kept-between-calls"]
    assert "first call" in report.findings[0].message


@pytest.mark.parametrize("quick", [False, True])
def test_gradients_that_never_change_again_are_found(quick: bool) -> None:
    """A cache that is filled once is right where it was filled and nowhere else."""
    cache: dict[str, Any] = {}

    def stale(p: Any) -> Any:
        return cache.setdefault("gradient", twice(p)).copy()

    report = check_gradients(square, stale, START, quick=quick)
    assert _faults(report) == ["state-kept-between-calls"]
    assert not report.passed


def test_gradients_that_are_constant_by_right_are_not_accused() -> None:
    """The gradient of a linear loss is the same everywhere."""
    assert check_gradients(lambda p: p.sum(), np.ones_like, START).passed


@pytest.mark.parametrize("where", ["loss", "gradients"])
def test_a_changed_argument_is_found(where: str) -> None:
    """In-place work on the argument is found on either side, and does not spoil the verdict."""

    def in_place(function: Any) -> Any:
        def spoiling(p: Any) -> Any:
            value = function(p)
            p += 1.0
            return value

        return spoiling

    loss, gradients = (in_place(square), twice) if where == "loss" else (square, in_place(twice))
    report = check_gradients(loss, gradients, START)
    assert _faults(report) == [
        "loss-changes-its-argument" if where == "loss" else "gradients-change-their-argument"
    ]
    assert report["parameters"].verdict is Verdict.CORRECT


def test_a_backward_pass_that_overwrites_its_cotangent_is_found() -> None:
    """`da *= ...` changes the caller's array, and is named by the argument's name."""

    def backward(da: Any, z: Any) -> Any:
        da *= np.cos(z)
        return da

    report = check_vjp(np.sin, backward, START)
    assert [(f.fault, f.parameters) for f in report.findings] == [
        ("gradients-change-their-argument", ("cotangent",))
    ]


def test_returning_the_argument_itself_is_no_change() -> None:
    """A gradient that aliases its argument, without writing to it, is not accused."""
    assert _faults(check_gradients(lambda p: square(p) / 2, lambda p: p, START)) == []
