"""Tests of the verdict: what is right, what is wrong, and every allowance by its name."""

import numpy as np
import pytest

from gradcheck.comparison import TOLERANCES, compare, merge
from gradcheck.findings import Verdict

SHAPE = (4, 5)
REFERENCE = np.random.default_rng(0).normal(size=SHAPE)
BOUND = np.full(SHAPE, 1e-15)


def judge(submitted, reference=REFERENCE, bound=BOUND, **options):
    """Compare with a parameter of the reference's shape."""
    return compare("W1", submitted, reference, bound, expected_shape=reference.shape, **options)


@pytest.mark.parametrize("scale", [1.0, 1e-12, 1e12, 1e-200])
def test_the_verdict_does_not_depend_on_the_scale(scale):
    """Right is right and wrong is wrong however small the gradients: nothing hides under a tolerance."""
    assert judge(scale * REFERENCE * (1 + 1e-14), scale * REFERENCE, scale * BOUND).verdict is Verdict.CORRECT
    assert judge(scale * REFERENCE * (1 + 1e-5), scale * REFERENCE, scale * BOUND).verdict is Verdict.WRONG
    assert judge(np.zeros(SHAPE), scale * REFERENCE, scale * BOUND).verdict is Verdict.WRONG


def test_one_wrong_entry_is_enough_and_is_pointed_at():
    """The worst entry's place, both values and both errors are in the report."""
    submitted = REFERENCE.copy()
    submitted[2, 3] += 0.25
    report = judge(submitted)
    assert report.verdict is Verdict.WRONG
    assert report.wrong_entries == 1
    assert report.worst_index == (2, 3)
    assert report.submitted == submitted[2, 3]
    assert report.reference == REFERENCE[2, 3]
    assert report.max_absolute_error == pytest.approx(0.25)
    assert report.max_relative_error == pytest.approx(0.25 / np.abs(REFERENCE).max())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_never_passes(bad):
    """One NaN among right values is wrong, and the report stays free of it."""
    submitted = REFERENCE.copy()
    submitted[1, 1] = bad
    report = judge(submitted)
    assert report.verdict is Verdict.WRONG
    assert report.worst_index == (1, 1)
    assert report.max_absolute_error is None
    assert "nan or infinite" in report.note


@pytest.mark.parametrize(
    ("submitted", "word"),
    [
        (REFERENCE[0], "repeats"),
        (REFERENCE.reshape(2, 10), "fails"),
        (REFERENCE[None] * np.ones((3, 1, 1)), "would turn"),
        (np.float64(1.0), "repeats"),
    ],
)
def test_shapes_come_before_values(submitted, word):
    """A wrong shape is a verdict of its own, and the note says what harm it does."""
    report = judge(submitted)
    assert report.verdict is Verdict.WRONG_SHAPE
    assert report.shape == np.shape(submitted)
    assert word in report.note


@pytest.mark.parametrize(("factor", "word"), [(1.0, "the values are right"), (2.0, "the values are wrong")])
def test_a_harmless_shape_is_a_finding_that_says_so(factor, word):
    """(5,) in place of (1, 5) updates well, and is reported with the state of its values."""
    reference = REFERENCE[:1]
    report = judge(factor * reference[0], reference, BOUND[:1])
    assert report.verdict is Verdict.WRONG_SHAPE
    assert word in report.note


def test_nothing_is_missing():
    """No gradient is `missing`, not wrong."""
    report = judge(None)
    assert (report.verdict, report.shape) == (Verdict.MISSING, None)


def test_a_noisy_reference_accuses_nobody():
    """Within the reference's own error it can't be told: inconclusive; beyond it, wrong."""
    bound = np.full(SHAPE, 1e-3)
    assert judge(REFERENCE + 5e-4, bound=bound).verdict is Verdict.INCONCLUSIVE
    assert judge(REFERENCE + 1e-2, bound=bound).verdict is Verdict.WRONG
    assert judge(REFERENCE + 5e-4, bound=np.full(SHAPE, np.inf)).verdict is Verdict.INCONCLUSIVE


def test_noise_in_one_entry_does_not_excuse_another():
    """A wrong entry is wrong beside an undecided one, and is the only one counted."""
    bound = BOUND.copy()
    bound[0, 0] = 1.0
    submitted = REFERENCE.copy()
    submitted[0, 0] += 0.5
    submitted[3, 3] += 0.1
    report = judge(submitted, bound=bound)
    assert (report.verdict, report.wrong_entries) == (Verdict.WRONG, 1)


def test_a_reference_of_zeros_is_compared_by_its_bound():
    """Zero agrees with zero; anything beyond the bound is wrong, however tiny."""
    zeros, tight = np.zeros(SHAPE), np.full(SHAPE, 1e-300)
    assert judge(zeros, zeros, tight).verdict is Verdict.CORRECT
    assert judge(zeros + 1e-30, zeros, tight).verdict is Verdict.WRONG
    assert judge(zeros + 1e-30, zeros, np.full(SHAPE, 1e-20)).verdict is Verdict.INCONCLUSIVE


def finite_differences(step):
    """Central differences of a function whose exact derivatives are `cos(points)`."""
    points = np.random.default_rng(1).normal(size=SHAPE)
    return (np.sin(points + step) - np.sin(points - step)) / (2 * step), np.cos(points)


def test_every_allowance_is_named():
    """float32, an epsilon guard, finite differences: imprecise, with the reason in the note."""
    random = np.random.default_rng(2)
    single = REFERENCE.astype(np.float32)
    numerical, exact = finite_differences(1e-7)
    noisy = REFERENCE + 1e-8 * random.normal(size=SHAPE)
    for report, word in (
        (judge(single), "float32"),
        (judge(single.astype(float)), "float32"),
        (judge(REFERENCE * (1 + 1e-6), dtype="float32"), "float32"),
        (judge(numerical, exact), "finite differences"),
        (judge(REFERENCE * (1 - 2e-8)), "epsilon guard"),
        (judge(noisy), "noise"),
    ):
        assert report.verdict is Verdict.IMPRECISE
        assert word in report.note


def test_differences_are_named_even_where_they_pass_for_exact():
    """A formula of fourth order is within the tolerance; its digits tell it from rounding of the same size."""
    points, step = np.random.default_rng(1).normal(size=SHAPE), 1e-3

    def loss(at):
        return 3.0 + np.sin(at)

    near, far = loss(points + step) - loss(points - step), loss(points + 2 * step) - loss(points - 2 * step)
    exact = np.cos(points)
    report = judge((8 * near - far) / (12 * step), exact)
    assert report.max_relative_error < TOLERANCES.roundoff
    assert report.verdict is Verdict.IMPRECISE
    assert "finite differences" in report.note
    rounded = exact * (1 + 1e-12 * np.random.default_rng(2).normal(size=SHAPE))
    assert judge(rounded, exact).verdict is Verdict.CORRECT


@pytest.mark.parametrize("relative", [5e-7, 1e-6, 1e-5, 1e-3])
def test_small_is_no_excuse(relative):
    """An error without a named reason is wrong, down to where one exists."""
    random = np.random.default_rng(3)
    assert judge(REFERENCE * (1 + relative)).verdict is Verdict.WRONG
    report = judge(REFERENCE + 3 * relative * random.normal(size=SHAPE))
    assert report.verdict is Verdict.WRONG


def test_float32_excuses_float32s_errors_only():
    """A gradient computed in float32 and wrong beyond it is wrong."""
    assert judge((REFERENCE * 1.0001).astype(np.float32)).verdict is Verdict.WRONG


def test_merging_takes_the_worst():
    """The worst verdict wins, then the largest error, where NaN counts as the largest."""
    right = judge(REFERENCE)
    small, large = judge(REFERENCE * 1.01), judge(REFERENCE * 1.5)
    nan = judge(REFERENCE * np.nan)
    assert merge([right, small, large]) is large
    assert merge([nan, large]) is nan
    assert merge([right, judge(None), right]).verdict is Verdict.MISSING
    assert merge([large, judge(REFERENCE[0])]).verdict is Verdict.WRONG_SHAPE
    assert merge([right]) is right


def test_tolerances_are_in_order():
    """Each allowance is wider than the one before; none reaches a millionth but float32's and the differences'."""
    assert TOLERANCES.roundoff < TOLERANCES.bound_limit < TOLERANCES.guard < 1e-6 < TOLERANCES.float32
