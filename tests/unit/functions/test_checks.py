"""`check_gradients`: who passes, who fails, what can't be checked."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest
from by_hand import PARAMETERS, altered, gradients, loss
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import GradcheckError, check_gradients
from gradcheck.errors import NonFiniteError
from gradcheck.findings import Verdict
from gradcheck.functions.examination import examine
from gradcheck.functions.numerical import Numerical
from gradcheck.functions.subject import make


def square(p: Any) -> Any:
    """Sum of squares of one array."""
    return (np.abs(p) ** 2).sum()


def twice(p: Any) -> Any:
    """Its gradient."""
    return 2 * p


class Layer(NamedTuple):
    """A nest with names of its own."""

    w: Any
    b: Any


def test_right_gradients_pass() -> None:
    """Right gradients pass, each parameter under its own name."""
    report = check_gradients(loss, gradients, PARAMETERS)
    assert report.passed
    assert [parameter.name for parameter in report] == ["W1", "b1", "W2", "b2"]
    assert all(parameter.verdict is Verdict.CORRECT for parameter in report)


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("size", [1e-3, 1e-6])
def test_a_small_error_in_one_entry_is_seen(name: str, size: float) -> None:
    """One entry that is off by far less than any absolute tolerance is wrong, and is where the report says."""

    def spoil(gradient: Any, _: Any) -> Any:
        changed = gradient.copy()
        changed[-1, 1] += size
        return changed

    report = check_gradients(loss, altered(name, spoil), PARAMETERS)
    assert report[name].verdict is Verdict.WRONG
    assert report[name].worst_index == (PARAMETERS[name].shape[0] - 1, 1)
    assert [p.name for p in report if not p.verdict.passes] == [name]


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_the_scale_of_the_loss_does_not_matter(scale: float) -> None:
    """Tiny gradients can't hide a mistake, and huge ones raise no alarm."""
    assert check_gradients(lambda p: scale * loss(p), lambda p: _scaled(gradients(p), scale), PARAMETERS).passed
    wrong = altered("b1", lambda g, p: g * 1.001)
    assert not check_gradients(lambda p: scale * loss(p), lambda p: _scaled(wrong(p), scale), PARAMETERS).passed


def _scaled(nest: dict[str, Any], scale: float) -> dict[str, Any]:
    return {name: scale * value for name, value in nest.items()}


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        (np.array([1.0, 2.0]), ["parameters"]),
        (1.5, ["parameters"]),
        (np.float32(1.5), ["parameters"]),
        (np.array(2.5), ["parameters"]),
        ([np.array([1.0]), np.array([[2.0, 3.0]])], ["parameters[0]", "parameters[1]"]),
        ((np.array([1.0]), 2.0), ["parameters[0]", "parameters[1]"]),
        ({"layers": [{"w": np.ones((2, 2)), "b": np.array([0.5])}]}, ["layers[0].w", "layers[0].b"]),
        (Layer(np.array([1.0]), np.array([2.0])), ["w", "b"]),
        ({"my key": np.array([1.0]), 3: np.array([2.0])}, ["my key", "[3]"]),
        (np.zeros((0, 3)), ["parameters"]),
        (np.asfortranarray(np.arange(6.0).reshape(2, 3)), ["parameters"]),
        (np.arange(12.0)[::2], ["parameters"]),
        (np.array([1.0 + 2.0j, -0.5j]), ["parameters"]),
        (np.array([1.0 + 2.0j, -0.5j], dtype=np.complex64), ["parameters"]),
        (np.array([0.1, -0.7], dtype=np.float32), ["parameters"]),
    ],
)
def test_any_nest_of_any_numbers(parameters: Any, names: list[str]) -> None:
    """Arrays, numbers and every nest of them pass when right, fail when wrong, and keep their names."""

    def total(nest: Any) -> Any:
        return sum(map(total, _children(nest))) if _children(nest) is not None else square(nest)

    def right(nest: Any, factor: float = 1.0) -> Any:
        if isinstance(nest, dict):
            return {key: right(value, factor) for key, value in nest.items()}
        children = _children(nest)
        return factor * twice(nest) if children is None else [right(value, factor) for value in children]

    report = check_gradients(total, right, parameters)
    assert report.passed, str(report)
    assert [parameter.name for parameter in report] == names
    if sum(parameter.entries for parameter in report):
        assert not check_gradients(total, lambda nest: right(nest, 1.5), parameters).passed


def _children(nest: Any) -> list[Any] | None:
    if isinstance(nest, dict):
        return list(nest.values())
    return list(nest) if isinstance(nest, list | tuple) else None


def test_the_callers_arrays_are_never_touched() -> None:
    """Even functions that overwrite their argument leave the caller's arrays as they were, bit for bit."""
    mine = {"w": np.array([1.0, 2.0]), "labels": np.array([1, 0])}
    saved = {name: value.tobytes() for name, value in mine.items()}

    def loss_in_place(p: Any) -> Any:
        p["w"] *= 3.0
        p["labels"][:] = 7
        return (p["w"] ** 2).sum()

    report = check_gradients(loss_in_place, lambda p: {"w": 18 * p["w"]}, mine)
    assert {name: value.tobytes() for name, value in mine.items()} == saved
    assert report["w"].verdict is Verdict.CORRECT
    assert [(f.fault, f.parameters) for f in report.findings] == [("loss-changes-its-argument", ("w", "labels"))]


def test_what_is_no_real_number_is_left_alone() -> None:
    """Integers, flags, texts and functions in the nest are handed on and not differentiated."""
    nest = {"w": np.array([1.0, 2.0]), "rows": np.array([0, 1, 1]), "on": True, "kind": "sum", "f": np.sin, "n": 3}
    report = check_gradients(
        lambda p: (p["w"][p["rows"]] ** 2).sum() * p["n"],
        lambda p: {"w": 2 * p["w"] * np.bincount(p["rows"]) * p["n"]},
        nest,
    )
    assert report.passed
    assert [parameter.name for parameter in report] == ["w"]


def test_frozen_parameters_are_not_asked_for() -> None:
    """A frozen leaf, or everything below a frozen name, needs no gradient."""
    nest = {"layers": [{"w": np.ones(2)}, {"w": np.ones(3)}], "scale": 2.0}

    def total(p: Any) -> Any:
        return p["scale"] * sum((layer["w"] ** 3).sum() for layer in p["layers"])

    def some(p: Any) -> Any:
        return {"layers": [None, {"w": 3 * p["scale"] * p["layers"][1]["w"] ** 2}]}

    report = check_gradients(total, some, nest, frozen=["layers[0]", "scale"])
    assert report.passed
    assert [parameter.name for parameter in report] == ["layers[1].w"]
    assert not check_gradients(total, some, nest).passed


def test_names_of_the_callers_own() -> None:
    """`names` renames by order, or by path."""
    pair = [np.array([1.0]), np.array([2.0])]
    both = check_gradients(lambda p: p[0][0] * p[1][0], lambda p: [p[1], p[0]], pair, names=["w", "b"])
    assert [parameter.name for parameter in both] == ["w", "b"]
    one = check_gradients(square, twice, np.ones(2), names={"parameters": "theta"})
    assert [parameter.name for parameter in one] == ["theta"]


def test_gradients_may_be_named_with_a_d() -> None:
    """`dW1` is taken for the gradient of `W1`."""
    report = check_gradients(loss, lambda p: {f"d{k}": v for k, v in gradients(p).items()}, PARAMETERS)
    assert report.passed


def test_a_missing_gradient_is_a_verdict() -> None:
    """What was not returned, or is None, is missing; the others are still judged."""
    for wrong in (
        altered("b1", lambda g, p: None),
        lambda p: {k: v for k, v in gradients(p).items() if k != "b1"},
    ):
        report = check_gradients(loss, wrong, PARAMETERS)
        assert [str(parameter.verdict) for parameter in report] == ["correct", "missing", "correct", "correct"]
        assert not report.passed


def test_nan_never_passes() -> None:
    """A gradient that is nan or infinite in one entry is wrong."""
    for value in (np.nan, np.inf):
        report = check_gradients(square, lambda p, v=value: np.array([2.0, v]), np.array([1.0, 2.0]))
        assert report["parameters"].verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("loss_function", "gradient_function", "parameters", "said"),
    [
        (3.0, twice, np.ones(2), "the loss has type float, expected a function"),
        (square, np.ones(2), np.ones(2), "the gradients function has type ndarray, expected a function"),
        (lambda p: p**2, twice, np.ones(2), "the loss has shape (2,), expected one number: sum or average it"),
        (lambda p: None, twice, np.ones(2), "the loss has returned None"),
        (lambda p: "much", twice, np.ones(2), "expected one number"),
        (square, lambda p: None, np.ones(2), "the gradients function has returned None"),
        (square, lambda p: {"w": p}, np.ones(2), "expected an array"),
        (lambda p: p["w"].sum(), lambda p: {"v": p["w"]}, {"w": np.ones(2)}, "has keys `v`, expected `w`"),
        (lambda p: p["w"].sum(), lambda p: p["w"], {"w": np.ones(2)}, "expected a dictionary with `w`"),
        (lambda p: p[0].sum(), lambda p: [p[0]], [np.ones(2), np.ones(2)], "has 1 entries, expected a list of 2"),
        (square, lambda p: "wrong", np.ones(2), "the gradient of `parameters` has"),
        (lambda p: p["w"].sum(), lambda p: {}, {"w": np.ones(2)}, "returned has no keys, expected `w`"),
        (
            lambda p: p["w"].sum(),
            lambda p: {"w": np.ones(2), "bb": 1.0},
            {"w": np.ones(2), "b": 1.0},
            "what the gradients function returned has keys `bb`, expected `w`, `b`",
        ),
        (square, twice, np.arange(3), "`parameters` has values of int64, expected an array of real or complex"),
        (square, twice, np.arange(3), "integers are left alone"),
        (square, twice, [1, 2], "`parameters` has `parameters[0]` (type int), `parameters[1]` (type int), exp"),
        (square, twice, [], "`parameters` has nothing in it, expected an array of real or complex numbers"),
    ],
)
def test_what_prevents_a_check_is_said(
    loss_function: Any, gradient_function: Any, parameters: Any, said: str
) -> None:
    """What can't be checked is a GradcheckError with what was found, what was expected, and what to do."""
    with pytest.raises(GradcheckError) as caught:
        check_gradients(loss_function, gradient_function, parameters)
    assert said in str(caught.value)


@pytest.mark.parametrize("parameters", [None, {}, "text", ["a", "b"]])
def test_advice_on_integers_is_for_integers(parameters: Any) -> None:
    """What is no number is not to be converted, and nothing is left to say after what was expected."""
    with pytest.raises(GradcheckError, match=r"expected an array of real or complex numbers$"):
        check_gradients(square, twice, parameters)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"frozen": ["b"]}, "`frozen`"),
        ({"names": ["a", "b"]}, "`names`"),
        ({"method": "fourier"}, "`method`"),
        ({"frozen": ["parameters"]}, "nothing that isn't frozen, expected an array"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: dict[str, Any], said: str) -> None:
    """A name that isn't there, or an unknown method, is refused and not ignored."""
    with pytest.raises(GradcheckError, match=said):
        check_gradients(square, twice, np.ones(2), **options)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_said(value: float) -> None:
    """A loss that is nan or infinite can't be differentiated."""
    with pytest.raises(NonFiniteError, match="finite"):
        check_gradients(lambda p: value, twice, np.ones(2))


def test_a_complex_loss_is_refused() -> None:
    """A loss has to be a real number, for complex parameters too."""
    with pytest.raises(GradcheckError, match="real number"):
        check_gradients(lambda z: (z**2).sum(), twice, np.array([1.0 + 2.0j]))


def test_exceptions_of_the_users_own_code_pass_through() -> None:
    """A bug in the loss shows as itself."""
    with pytest.raises(ZeroDivisionError):
        check_gradients(lambda p: 1 // 0, twice, np.ones(2))


def test_zero_biases_hide_nothing() -> None:
    """A mistake that vanishes where a bias is zero is found at other values, and the report says so."""
    parameters = {**PARAMETERS, "b2": np.zeros((1, 3))}
    report = check_gradients(loss, altered("b2", lambda g, p: g + 0.1 * p["b2"]), parameters)
    assert report["b2"].verdict is Verdict.WRONG
    assert "b2" in report.submissions[0].notes[0]
    assert report.findings[0].fault == "gradient-has-extra-parameter-term"


def test_quick_agrees_with_the_whole_check() -> None:
    """The quick check passes what is right with fewer evaluations, and fails what is wrong as the whole one."""
    calls = [0]

    def counted(p: Any) -> Any:
        calls[0] += 1
        return loss(p)

    assert check_gradients(counted, gradients, PARAMETERS).passed
    whole, calls[0] = calls[0], 0
    assert check_gradients(counted, gradients, PARAMETERS, quick=True).passed
    assert calls[0] < whole
    wrong = altered("b1", lambda g, p: g * 2)
    assert check_gradients(loss, wrong, PARAMETERS, quick=True) == check_gradients(loss, wrong, PARAMETERS)


def test_the_same_seed_gives_the_same_report() -> None:
    """Reports are values that depend on the seed alone."""
    wrong = altered("W1", lambda g, p: np.sin(g))
    first, second = (check_gradients(loss, wrong, PARAMETERS, seed=3) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("method", ["auto", "central", "richardson", "central-6"])
def test_every_method_tells_right_from_wrong(method: str) -> None:
    """Whatever the reference is computed by, right passes and wrong fails."""
    report = check_gradients(loss, gradients, PARAMETERS, method=method)
    assert all(p.verdict in (Verdict.CORRECT, Verdict.INCONCLUSIVE, Verdict.IMPRECISE) for p in report)
    assert not check_gradients(loss, altered("b1", lambda g, p: g * 1.01), PARAMETERS, method=method).passed


def test_float32_parameters_are_differentiated_in_float64() -> None:
    """float32 gradients of a float32 network agree to float32: no false alarm, and a mistake of 1e-3 is seen."""
    single = {name: value.astype(np.float32) for name, value in PARAMETERS.items()}

    def rounded(factor: float) -> Any:
        return lambda p: {name: (factor * value).astype(np.float32) for name, value in gradients(p).items()}

    assert check_gradients(loss, rounded(1.0), single).passed
    assert not check_gradients(loss, rounded(1.001), single).passed


def test_a_loss_in_float32_convicts_nobody_on_its_noise() -> None:
    """A loss that computes in float32 proves less: right gradients pass as imprecise, wrong ones still fail."""

    def single(p: Any) -> Any:
        return loss({name: value.real.astype(np.float32) for name, value in p.items()}).astype(np.float32)

    report = check_gradients(single, gradients, PARAMETERS)
    assert all(p.verdict is not Verdict.WRONG for p in report), str(report)
    assert not check_gradients(single, altered("b1", lambda g, p: g * 2), PARAMETERS).passed


def test_a_noisy_loss_lets_pass_what_agrees_and_no_more() -> None:
    """Agreement with a reference that knows five digits is imprecise; that knows two, inconclusive."""
    for noise, verdict in ((1e-10, Verdict.IMPRECISE), (1e-3, Verdict.INCONCLUSIVE)):

        def noisy(p: Any, noise: float = noise) -> Any:
            value = float(square(p.real))
            return value + noise * np.sin(1e16 * value)

        report = check_gradients(noisy, twice, np.array([1.0, 2.0]), method="central")
        assert report["parameters"].verdict is verdict, str(report)
        assert not check_gradients(noisy, lambda p: 3 * p, np.array([1.0, 2.0]), method="central").passed


@pytest.mark.parametrize("constant", [1e6, 1e8, -1e10, 1e12, 1e14, 1e17])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_beside_a_large_constant_nobody_is_convicted(constant: float, dtype: Any) -> None:
    """A constant that swallows the rest of the loss costs the reference its digits, and it knows."""
    point = np.array([1.0, 2.0], dtype=dtype)
    right = check_gradients(lambda p: constant + square(p), twice, point)
    assert right["parameters"].verdict is not Verdict.WRONG, str(right)
    assert not right.findings
    assert not check_gradients(lambda p: constant + square(p), lambda p: 3 * p, point).passed


@pytest.mark.parametrize("constant", [1e6, 1e8, -1e10])
def test_beside_a_large_constant_wrong_is_still_wrong(constant: float) -> None:
    """Complex step doesn't see a constant, and real differences know enough to vouch for it."""
    point = np.array([1.0, 2.0, -0.5])
    assert check_gradients(lambda p: constant + (p**2).sum(), twice, point).passed
    report = check_gradients(lambda p: constant + (p**2).sum(), lambda p: 3 * p, point)
    assert report["parameters"].verdict is Verdict.WRONG
    assert [f.fault for f in report.findings] == ["gradient-off-by-factor"]


def test_single_precision_that_swallows_the_loss_accuses_nobody() -> None:
    """A float32 loss that doesn't move beside its constant has float32's noise, whatever it is handed back as."""
    for loss_function in (
        lambda p: float(np.float32(1e8 + (p.real**2).sum())),
        lambda p: np.float32(1e8) + (p.real.astype(np.float32) ** 2).sum(),
    ):
        report = check_gradients(loss_function, twice, np.array([1.0, 2.0]))
        assert report["parameters"].verdict is Verdict.INCONCLUSIVE
        assert not report.findings
        assert not any("read its argument" in note for note in report.submissions[0].notes)


@pytest.mark.parametrize(("bound", "verdict"), [(1e-5, Verdict.WRONG), (10.0, Verdict.INCONCLUSIVE)])
def test_a_reference_that_hardly_knows_accuses_nobody(bound: float, verdict: Verdict) -> None:
    """Bounds are estimates: where most of the gradient is noise, neither a verdict nor a pattern is told."""

    def reference(values: Any, position: int) -> Numerical:
        return Numerical(twice(values[position]), np.array([1e-9, bound, bound]))

    subject = make(square, lambda p: 0 * p, np.array([1.0, 2.0, 3.0]))
    report = examine(subject, reference, seed=0, sizes={})
    assert report["parameters"].verdict is verdict
    assert [f.fault for f in report.findings] == (["gradient-is-zero"] if verdict is Verdict.WRONG else [])
    assert not report.passed


def test_beside_a_kink_nobody_is_convicted() -> None:
    """A kink closer than any sensible step makes right gradients imprecise at worst, and wrong ones no better."""
    point = np.array([1.0, 1e-8, -2.0])
    assert check_gradients(lambda p: np.abs(p).sum(), np.sign, point).passed
    assert not check_gradients(lambda p: np.abs(p).sum(), lambda p: 1.001 * np.sign(p), point).passed


def test_a_loss_that_reads_no_parameter_is_noted() -> None:
    """A loss that ignores its argument, as one with globals does, is said to."""
    fixed = np.array([1.0, 2.0])
    report = check_gradients(lambda p: square(fixed), twice, np.array([1.0, 2.0]))
    assert "does it read its argument" in report.submissions[0].notes[-1]


def test_checks_are_silent() -> None:
    """No warning of numpy's escapes a check of a loss that is finite where it is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_gradients(lambda p: np.log(p).sum(), lambda p: 1 / p, np.array([1e-3, 2.0])).passed


@given(
    st.integers(0, 10_000),
    st.integers(1, 5),
    st.integers(1, 4),
    st.sampled_from(["tanh", "relu", "square", "exp"]),
)
@settings(max_examples=60, deadline=None)
def test_no_false_alarm_and_no_miss(seed: int, rows: int, columns: int, kind: str) -> None:
    """Random layers of many kinds, sizes and scales pass when right; a random entry off by 0.1 % never does."""
    random = np.random.default_rng(seed)
    function, slope = {
        "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
        "relu": (lambda z: np.where(z.real > 0, z, 0.0), lambda z: (z > 0) * 1.0),
        "square": (lambda z: z * z, lambda z: 2 * z),
        "exp": (np.exp, np.exp),
    }[kind]
    x = random.normal(size=(6, rows)) * 10.0 ** random.uniform(-2, 1)
    weights = random.normal(size=(rows, columns)) / (1 + np.abs(x).max())
    cotangent = random.normal(size=(6, columns)) * 10.0 ** random.uniform(-6, 6)

    def value(w: Any) -> Any:
        return (cotangent * function(x @ w)).sum()

    def right(w: Any) -> Any:
        return x.T @ (cotangent * slope(x @ w))

    def wrong(w: Any) -> Any:
        gradient = right(w)
        largest = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        gradient[largest] *= 1.001
        return gradient

    report = check_gradients(value, right, weights)
    assert report.passed, str(report)
    if right(weights).any():
        assert not check_gradients(value, wrong, weights).passed
