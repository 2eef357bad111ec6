"""Products with Jacobians and Hessians: right ones pass, wrong ones fail by name, each under its input's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import GradcheckError, check_second_order, check_vjp
from gradcheck.findings import Verdict

RANDOM = np.random.default_rng(0)
X, W, B = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(1, 2))


def affine(x: Any, w: Any, b: Any) -> Any:
    """One dense layer: (n, d), (d, h), (1, h) to (n, h)."""
    return x @ w + b


def affine_backward(dout: Any, x: Any, w: Any, b: Any) -> Any:
    """Its backward function."""
    return dout @ w.T, x.T @ dout, dout.sum(axis=0, keepdims=True)


def _faults(report: Any) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(finding.fault, finding.parameters) for finding in report.findings]


def test_a_right_backward_function_passes() -> None:
    """Every input has a row under the name that the function's signature gives it."""
    report = check_vjp(affine, affine_backward, (X, W, B))
    assert report.passed
    assert [parameter.name for parameter in report] == ["x", "w", "b"]


def test_an_unsummed_bias_is_named() -> None:
    """The bias's gradient without its sum over the examples is found with its axis."""
    report = check_vjp(affine, lambda dout, x, w, b: (*affine_backward(dout, x, w, b)[:2], dout), (X, W, B))
    assert _faults(report) == [("gradient-not-summed", ("b",))]
    assert report["b"].verdict is Verdict.WRONG_SHAPE


def test_a_mean_in_place_of_a_sum_is_named_by_the_size() -> None:
    """A factor of 1/n is recognised as the length of an input's axis."""
    report = check_vjp(
        affine,
        lambda dout, x, w, b: (*affine_backward(dout, x, w, b)[:2], dout.mean(axis=0, keepdims=True)),
        (X, W, B),
    )
    assert _faults(report) == [("gradient-off-by-factor", ("b",))]
    assert "1/4 (4 = x.shape[0]" in report.findings[0].message


def test_a_layer_with_a_cache() -> None:
    """`out, cache = forward(...)` and `backward(dout, cache)` are checked as they stand."""

    def forward(z: Any) -> Any:
        a = 1 / (1 + np.exp(-z))
        return a, (z, a)

    assert check_vjp(forward, lambda da, cache: da * cache[1] * (1 - cache[1]), X, cache=True).passed
    assert not check_vjp(forward, lambda da, cache: da * cache[0] * (1 - cache[0]), X, cache=True).passed


@pytest.mark.parametrize(
    "returned",
    [
        lambda dx, dw, db: (dx, dw, db),
        lambda dx, dw, db: [dx, dw, db],
        lambda dx, dw, db: {"dx": dx, "dw": dw, "db": db},
        lambda dx, dw, db: {"x": dx, "w": dw, "b": db},
    ],
)
def test_gradients_come_back_in_many_forms(returned: Any) -> None:
    """Tuples, lists, and dictionaries with a `d` before the names or without."""
    assert check_vjp(affine, lambda *arguments: returned(*affine_backward(*arguments)), (X, W, B)).passed


def test_inputs_that_are_not_differentiated() -> None:
    """Integers and frozen inputs need no gradient, which may be left out or be None."""

    def take(table: Any, rows: Any, scale: Any) -> Any:
        return scale * table[rows]

    def take_backward(dout: Any, table: Any, rows: Any, scale: Any) -> Any:
        gradient = np.zeros_like(table)
        np.add.at(gradient, rows, scale * dout)
        return gradient

    inputs = (X, np.array([0, 2, 2]), 1.5)
    bare = check_vjp(take, take_backward, inputs, frozen=["scale"])
    padded = check_vjp(take, lambda *a: (take_backward(*a), None, None), inputs, frozen="scale")
    assert bare.passed
    assert padded.passed
    assert [parameter.name for parameter in bare] == ["table"]


def test_outputs_and_inputs_may_be_nests() -> None:
    """A function of a dictionary that returns two arrays has a cotangent of the same form."""

    def two(p: Any) -> Any:
        return {"sum": p["u"] + p["v"], "product": p["u"] * p["v"]}

    def two_backward(c: Any, p: Any) -> Any:
        return {"u": c["sum"] + c["product"] * p["v"], "v": c["sum"] + c["product"] * p["u"]}

    def wrong(c: Any, p: Any) -> Any:
        return {"u": c["sum"], "v": c["sum"] + c["product"] * p["u"]}

    nest = {"u": X, "v": X + 1.0}
    assert check_vjp(two, lambda c, p: (two_backward(c, p),), (nest,)).passed
    assert not check_vjp(two, lambda c, p: (wrong(c, p),), (nest,)).passed


def test_complex_functions() -> None:
    """The product with the conjugate transpose passes, the one with the transpose alone does not."""
    z = RANDOM.normal(size=3) + 1j * RANDOM.normal(size=3)
    assert check_vjp(lambda z: z * z, lambda c, z: c * (2 * z).conj(), z).passed
    assert not check_vjp(lambda z: z * z, lambda c, z: c * 2 * z, z).passed


def test_second_order() -> None:
    """Hessian-vector products are held against differences of the gradients, over nests too."""
    nest = {"w": X, "b": B}

    def gradients(p: Any) -> Any:
        return {"w": p["w"] ** 3 + p["b"].sum(), "b": np.full_like(p["b"], p["w"].sum()) + np.exp(p["b"])}

    def product(p: Any, v: Any) -> Any:
        w = 3 * p["w"] ** 2 * v["w"] + v["b"].sum()
        return {"w": w, "b": np.full_like(p["b"], v["w"].sum()) + np.exp(p["b"]) * v["b"]}

    def wrong(p: Any, v: Any) -> Any:
        return {**product(p, v), "b": -product(p, v)["b"]}

    assert check_second_order(gradients, product, nest).passed
    assert _faults(check_second_order(gradients, wrong, nest)) == [("gradient-sign-flipped", ("b",))]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: check_vjp(affine, lambda d, x, w, b: (d, d), (X, W, B)), "one array for each of x, w, b"),
        (
            lambda: check_vjp(affine, lambda d, x, w, b: {"q": d}, (X, W, B)),
            "has keys `q`, expected `x`, `w`, `b`",
        ),
        (
            lambda: check_vjp(affine, lambda d, x, w, b: {"x": d, "wt": d, "b": d}, (X, W, B)),
            "has keys `wt`, expected `x`, `w`, `b`",
        ),
        (lambda: check_vjp(affine, lambda d, x, w, b: {}, (X, W, B)), "has no keys, expected `x`, `w`, `b`"),
        (lambda: check_vjp(affine, affine_backward, (X, W, B), cache=True), "expected a pair (output, cache)"),
        (lambda: check_vjp(lambda x: 3, lambda d, x: d, X), "no floating-point output"),
        (lambda: check_vjp(affine, affine_backward, (X, W, B), frozen=["q"]), "`frozen` has 'q'"),
    ],
)
def test_what_prevents_a_check_is_said(check: Any, said: str) -> None:
    """Wrong forms are errors with what was found and expected."""
    with pytest.raises(GradcheckError) as caught:
        check()
    assert said in str(caught.value)
