"""Fits hold exactly or not at all, and factors are named by how they move between probes."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.diagnosis.explain.fitting import (
    TOLERANCE,
    Telling,
    aligned,
    describe,
    fit,
    name_factor,
    same,
    settled,
)
from gradcheck.network.forward import Array, Network

SIZES = [{"n": 7, "d": 4, "h": 5, "k": 3}, {"n": 5, "d": 7, "h": 3, "k": 2}, {"n": 9, "d": 2, "h": 7, "k": 5}]
N, D, K = (np.array([size[axis] for size in SIZES], float) for axis in "ndk")
ONES = np.ones(3)


def test_unit_axes_do_not_count_and_broadcasting_is_seen_through() -> None:
    """A row stands for a vector, and (n, 1) against a bias (1, h) for (n, h); other shapes can't be laid out."""
    row = np.arange(3.0)[None]
    assert aligned(np.zeros(3), row, (1, 3)) is not None
    assert aligned(np.zeros((4, 3)), np.ones((4, 1)), (1, 3)) is not None
    assert aligned(np.zeros((3, 1)), np.ones((1, 4)), (1, 4)) is None


def test_one_and_two_bases_are_fitted_exactly() -> None:
    """The coefficients of a combination come back; a residual above the tolerance is no fit."""
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 4, 3))
    single, double = fit(3 * one, [one], 1.0, TOLERANCE), fit(3 * one - 2 * other, [one, other], 1.0, TOLERANCE)
    assert single is not None
    assert double is not None
    assert np.allclose(single, [3])
    assert np.allclose(double, [3, -2])
    assert fit(3 * one + 1e-6 * other, [one], 1.0, TOLERANCE) is None
    assert fit(other, [one], 1.0, TOLERANCE) is None


def test_two_entries_never_refuse_what_is_a_multiple() -> None:
    """Whatever the scale, and for zeros; what is none they refuse nearly always."""
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(200):
        one, other = rng.normal(size=(2, 3, 4)) * 10.0 ** rng.integers(-12, 12, size=(2, 1, 1))
        off = one * (1 + 0.5 * TOLERANCE * rng.uniform(-1, 1, size=one.shape))
        for target in (3.7 * one, -1e-9 * one, off, 0 * one):
            natural = float(np.abs(one).max())
            assert fit(target, [one], natural, TOLERANCE) is None or may_be(target, natural, one)
        refused += not may_be(one, 1e-30, other)
    assert refused > 190
    assert may_be(np.zeros((1, 3)), 1.0, np.zeros((1, 3)))
    assert may_be(np.zeros((0, 3)), 1.0, np.zeros((0, 3)))
    assert may_be(np.array([[2.0]]), 1.0, np.array([[5.0]]))
    assert not may_be(np.ones(3), 1.0, np.full(3, np.nan))


def may_be(target: Array, natural: float, basis: Array) -> bool:
    """Whether a target may be a multiple of one other array."""
    (found,) = Telling(target, natural, TOLERANCE).may_be(basis.reshape(1, -1))
    return bool(found)


def test_zero_is_explained_by_zero_only_and_leaves_the_factor_open() -> None:
    """What is rounding beside the right gradient is zero; a prediction that isn't zero doesn't explain it."""
    zero = np.full(3, 1e-17)
    found = fit(zero, [np.zeros(3)], 1.0, TOLERANCE)
    assert found is not None
    assert np.isnan(found).all()
    assert fit(zero, [np.ones(3)], 1.0, TOLERANCE) is None
    assert fit(np.ones(3), [np.zeros(3)], 1.0, TOLERANCE) is None
    assert fit(np.array([np.inf, 0, 0]), [np.ones(3)], 1.0, TOLERANCE) is None


def test_a_coefficient_left_open_follows_the_others() -> None:
    """Where the others agree it is theirs; where they don't, or there are none, it is 1."""
    assert settled(np.array([np.nan, -1, -1])).tolist() == [-1, -1, -1]
    assert settled(np.array([np.nan, 2, 3])).tolist() == [1, 2, 3]
    assert settled(np.array([np.nan, np.nan])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        (2 * ONES, "2"),
        (-ONES, "-1"),
        (ONES / 3, "1/3"),
        (1 / N, "1/n"),
        (N, "n"),
        (-N / K, "-n/k"),
        (1 / (2 * N * K), "1/(2 n k)"),
        (1 / N**2, "1/(n n)"),
        (0.123456 * ONES, "0.123456"),
        (N / 209, "n/209"),  # a batch size that was written down
        (-N / 60000, "-n/60000"),
        (ONES / 400, "1/400"),
        (1234 / N, "1234/n"),
        (N * K / 400.5, "n k/400.5"),
        (0.718281828 / N, "0.718282/n"),
    ],
)
def test_a_factor_is_written_by_its_rule(coefficients: np.ndarray, text: str) -> None:
    """Constants and powers of the sizes are told apart by how they move."""
    assert describe(coefficients, SIZES) == text


@pytest.mark.parametrize("coefficients", [np.array([1.0, 2.0, 3.7]), np.sqrt(N), N / (N - 1)])
def test_a_factor_without_a_rule_has_no_name(coefficients: np.ndarray) -> None:
    """Numbers that move by no power of the sizes are not explained."""
    assert describe(coefficients, SIZES) is None
    assert name_factor(Network(), "b1", coefficients, SIZES) is None


def test_one_probe_alone_names_simple_numbers_only() -> None:
    """One number fits anything, so an odd one is no rule."""
    assert describe(np.array([0.5]), SIZES[:1]) == "1/2"
    assert describe(np.array([0.123456]), SIZES[:1]) is None
    assert describe(np.array([1 / 400]), SIZES[:1]) == "1/400"
    assert describe(np.array([1 / 400.01]), SIZES[:1]) is None


@pytest.mark.parametrize(
    ("coefficients", "site", "fault"),
    [
        (-ONES, "delta2", "gradient-sign-flipped"),
        (1 / N, "b1", "bias-mean-instead-of-sum"),
        (1 / N, "w1", "batch-mean-instead-of-sum"),
        (1 / D, "w1", "divided-by-features"),
        (4 * ONES, "b1", "gradient-off-by-constant-factor"),
        (1 / (N * K), "delta2", "gradient-off-by-size-factor"),
    ],
)
def test_a_known_factor_has_its_entry(coefficients: np.ndarray, site: str, fault: str) -> None:
    """The catalogue's own factor comes first; a rule without an entry is off by a constant or a size."""
    named = name_factor(Network(), site, coefficients, SIZES)
    assert named is not None
    assert named.faults[0].name == fault


def test_agreement_is_relative() -> None:
    """Coefficients agree to a millionth of their size."""
    assert same(1e6 * ONES, 1e6 * ONES + 0.1)
    assert not same(ONES, 1.00001 * ONES)
