"""Tests of the sweep over steps."""

from exact import problem

from gradcheck.differences import sweep


def test_errors_have_the_shape_of_a_v():
    """Every formula is best between the ends, and the higher its order the better and the larger its step."""
    found = sweep(*problem(0), methods=("forward", "central", "central-4"))
    for parameter in found.parameters:
        curves = found.of(parameter)
        for curve in curves:
            assert curve.errors[0] > 100 * curve.errors[curve.best] < curve.errors[-1]
        errors = [curve.errors[curve.best] for curve in curves]
        steps = [curve.steps[curve.best] for curve in curves]
        assert errors == sorted(errors, reverse=True)
        assert steps == sorted(steps)


def test_steps_are_sorted_and_bounds_hold():
    """Errors never exceed their bounds, up to the reference's own."""
    found = sweep(*problem(1), methods=("central",), steps=(1e-2, 1e-6, 1e-4))
    for curve in found.curves:
        assert curve.steps == (1e-6, 1e-4, 1e-2)
        assert all(e <= b + found.floor[curve.parameter] for e, b in zip(curve.errors, curve.bounds, strict=True))
