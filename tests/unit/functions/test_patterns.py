"""What values alone tell: every pattern is named, with its constants, and what fits none has no name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from by_hand import PARAMETERS, X, Y, altered, gradients, loss

from gradcheck import check_gradients
from gradcheck.functions.patterns import PATTERNS, same_key

Change = Callable[[Any, Any], Any]


def _swap_rows(g: Any, p: Any) -> Any:
    return g[[1, 0, *range(2, len(g))]]


def _last_row_zero(g: Any, p: Any) -> Any:
    return np.concatenate([g[:-1], np.zeros_like(g[-1:])])


def _unsummed(reduce: Change) -> Change:
    """The output bias's gradient before its sum over the examples."""

    def rows(g: Any, p: Any) -> Any:
        a1 = np.tanh(X @ p["W1"] + p["b1"])
        return reduce((a1 @ p["W2"] + p["b2"] - Y) / len(X), p)

    return rows


CASES: list[tuple[str, Change, str, str]] = [
    ("W1", lambda g, p: 7 * g, "gradient-off-by-factor", "times 7 (7 = X.shape[0]"),
    ("W1", lambda g, p: g / 7, "gradient-off-by-factor", "times 1/7 (7 = X.shape[0]"),
    ("b1", lambda g, p: 2 * g, "gradient-off-by-factor", "times 2"),
    ("b1", lambda g, p: g / 2, "gradient-off-by-factor", "times 1/2"),
    ("b2", lambda g, p: 1.37 * g, "gradient-off-by-factor", "times 1.37"),
    ("W2", lambda g, p: -g, "gradient-sign-flipped", "times -1"),
    ("W2", lambda g, p: 0 * g, "gradient-is-zero", "zero everywhere"),
    ("W2", lambda g, p: g.T, "gradient-transposed", "transpose"),
    ("W1", lambda g, p: g[::-1], "gradient-permuted", "axis 0, but reversed"),
    ("W1", _swap_rows, "gradient-permuted", "in the order 1, 0, 2, 3"),
    ("W1", lambda g, p: g[:, [1, 2, 3, 4, 0]], "gradient-permuted", "axis 1"),
    ("b1", lambda g, p: gradients(p)["W1"], "gradient-of-another-parameter", "gradient of `W1`"),
    ("b2", _unsummed(lambda rows, p: rows), "gradient-not-summed", "not yet summed over axis 0"),
    ("b2", _unsummed(lambda rows, p: rows * 7), "gradient-not-averaged", "not yet averaged over axis 0"),
    ("b1", lambda g, p: g.sum(), "gradient-summed-over-too-many-axes", "summed over axis 1"),
    ("b1", lambda g, p: np.full_like(g, g.sum()), "gradient-summed-over-too-many-axes", "summed over axis 1"),
    ("W1", lambda g, p: g.mean(axis=0), "gradient-averaged-over-too-many-axes", "averaged over axis 0"),
    ("b1", lambda g, p: g.ravel(), "gradient-of-wrong-shape", "shape (5,) for (1, 5)"),
    (
        "W1",
        lambda g, p: g + 0.1 * p["W1"],
        "gradient-has-extra-parameter-term",
        "1/10 · `W1` too much (weight",
    ),
    ("W1", lambda g, p: g - 0.3 * p["W1"], "gradient-lacks-parameter-term", "lacks 3/10 · `W1` (weight decay?)"),
    ("b1", lambda g, p: g * p["b1"], "gradient-multiplied-by-parameter", "multiplied by `b1` itself"),
    ("W2", lambda g, p: p["W2"], "parameter-instead-of-gradient", "the parameter itself"),
    ("W2", lambda g, p: p["W2"] - 0.1 * g, "update-instead-of-gradient", "after a step of 1/10"),
    ("W1", _last_row_zero, "gradient-wrong-in-slice", "row 3 (the last) only; it is zero there"),
    ("W1", lambda g, p: np.hstack([g[:, :1] * 2, g[:, 1:]]), "gradient-wrong-in-slice", "column 0 (the first)"),
]


@pytest.mark.parametrize(("name", "change", "fault", "said"), CASES)
def test_a_pattern_is_named(name: str, change: Change, fault: str, said: str) -> None:
    """One altered gradient is one finding, with the pattern's name and its constants."""
    report = check_gradients(loss, altered(name, change), PARAMETERS)
    assert not report.passed
    (finding,) = report.findings
    assert (finding.fault, finding.parameters, finding.confidence) == (fault, (name,), "certain")
    assert said in finding.message


def test_the_table_of_cases_is_complete() -> None:
    """Every entry of the table but the one for complex numbers has a case here."""
    named = {fault for _, _, fault, _ in CASES}
    assert len(named) >= len(PATTERNS)


UNKNOWN: list[tuple[str, Change]] = [
    ("W1", lambda g, p: np.sin(g)),
    ("W1", lambda g, p: g**2),
    ("b1", lambda g, p: g + 0.01),
    ("W2", lambda g, p: g * np.random.default_rng(5).normal(size=g.shape)),
    ("W1", lambda g, p: g * (1 + (p["W1"] ** 2).sum())),
    ("b1", lambda g, p: g * np.abs(p["b1"]).sum()),
    ("b2", lambda g, p: np.ones((2, 9))),
    ("b2", lambda g, p: np.full_like(g, np.nan)),
]


@pytest.mark.parametrize(("name", "change"), UNKNOWN)
def test_what_fits_nothing_has_no_name(name: str, change: Change) -> None:
    """What is wrong in some other way is found wrong, and not explained; a factor that moves is none."""
    report = check_gradients(loss, altered(name, change), PARAMETERS)
    assert not report.passed
    assert [(finding.fault, finding.confidence) for finding in report.findings] == [(None, "unknown")]


def test_one_cause_is_one_finding() -> None:
    """The same factor in all gradients is one finding that names them all."""
    report = check_gradients(loss, lambda p: {k: v * 7 for k, v in gradients(p).items()}, PARAMETERS)
    assert [(f.fault, f.parameters) for f in report.findings] == [
        ("gradient-off-by-factor", ("W1", "b1", "W2", "b2"))
    ]


def test_two_causes_are_two_findings() -> None:
    """Different factors are different findings."""
    wrong = altered("W1", lambda g, p: g * 7)
    report = check_gradients(loss, lambda p: {**wrong(p), "b2": -gradients(p)["b2"]}, PARAMETERS)
    assert [(f.fault, f.parameters) for f in report.findings] == [
        ("gradient-off-by-factor", ("W1",)),
        ("gradient-sign-flipped", ("b2",)),
    ]


def test_wrong_gradients_that_look_right_at_one_point_only() -> None:
    """A factor that is 2 at the given parameters, and another elsewhere, is not called a factor of 2."""
    theta = np.array([1.0, 1.0, 1.0])
    report = check_gradients(lambda p: (p**2).sum() / 2, lambda p: p * (1 + p.mean()), theta)
    assert not report.passed
    assert report.findings[0].fault is None


def test_functions_that_work_at_one_point_only() -> None:
    """Where no second point can be evaluated, three entries or more confirm a constant; fewer don't."""

    def only(p: Any, at: Any) -> Any:
        if np.abs(p - at).max() > 0.2:
            raise ValueError("out of range")
        return p

    for entries, fault in ((4, "gradient-off-by-factor"), (2, None)):
        at = np.arange(1.0, entries + 1) * 30
        report = check_gradients(
            lambda p, at=at: (only(p.real, at) ** 2).sum(), lambda p, at=at: 6 * only(p, at), at, method="central"
        )
        assert report.findings[0].fault == fault


def test_the_conjugate_convention_is_named() -> None:
    """Gradients of complex parameters in the other convention are recognised."""
    z = np.array([1.0 + 2.0j, 3.0 - 1.0j])
    report = check_gradients(lambda p: (np.abs(p) ** 2).sum(), lambda p: 2 * p.conj(), z)
    assert [finding.fault for finding in report.findings] == ["gradient-conjugated"]


def test_the_taylor_remainder_is_evidence() -> None:
    """A wrong gradient's Taylor remainder shrinks linearly, which the finding says."""
    report = check_gradients(loss, altered("b1", lambda g, p: g * 2), PARAMETERS)
    assert "shrinks by the power 1.0, not 2" in report.findings[0].evidence


def test_patterns_that_can_not_be_told_apart_are_a_class() -> None:
    """Of Σw² the gradient w is half the right one, the parameter itself, and lacks one w: all are listed."""
    report = check_gradients(lambda p: (p**2).sum(), lambda p: p, np.array([1.0, 2.0, 3.0]))
    (finding,) = report.findings
    assert finding.confidence == "class"
    assert "parameter-instead-of-gradient" in finding.equivalent


def test_keys_agree_up_to_rounding_only() -> None:
    """Constants are the same up to rounding; other things have to be equal."""
    assert same_key((1.0, "W1"), (1.0 + 1e-9, "W1"))
    assert not same_key((1.0, "W1"), (1.01, "W1"))
    assert not same_key((1.0, "W1"), (1.0, "b1"))
    assert not same_key((1.0,), (1.0, 2.0))


@pytest.mark.parametrize("most", [1.0, 1e-4])
def test_a_small_entry_that_alone_is_wrong_is_what_is_explained(most: float) -> None:
    """A pattern that fits the large entries, which are right, and leaves the wrong one explains nothing."""
    parameters = np.r_[np.full(2000, most), 1e-6 * most]
    report = check_gradients(lambda w: (w**2).sum(), lambda w: np.r_[2 * w[:-1], 0], parameters)
    (finding,) = report.findings
    assert finding.fault == "gradient-wrong-in-slice"
    assert "entry 2000 (the last)" in finding.message


def test_small_entries_are_explained_with_the_others() -> None:
    """What leaves no more of a wrong entry than imprecision does holds for the small ones, too."""
    parameters = np.r_[np.ones(20), 1e-6]
    report = check_gradients(lambda w: (w**2).sum(), lambda w: 4 * w * (1 + 1e-8), parameters)
    assert [finding.fault for finding in report.findings] == ["gradient-off-by-factor"]
    updated = check_gradients(lambda w: (w**2).sum(), lambda w: w - 0.1 * 2 * w, parameters)
    assert "update-instead-of-gradient" in {
        name for finding in updated.findings for name in (finding.fault, *finding.equivalent)
    }
