"""Backward functions as Python objects are judged by the two-layer engine, catalogue and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome
from gradcheck.verification.in_process import check_functions

NETWORK = {"features": 4, "hidden": 5, "outputs": 3}


def sigmoid(z: Any) -> Any:
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


def backward(x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Right gradients of the default network."""
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = delta2 @ w2.T * a1 * (1 - a1)
    return x.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)


@pytest.mark.parametrize(
    "form",
    [
        lambda g: g,
        list,
        lambda g: dict(zip(("W1", "b1", "W2", "b2"), g, strict=True)),
        lambda g: dict(zip(("dW1", "db1", "dW2", "db2"), g, strict=True)),
    ],
)
def test_right_gradients_pass_in_every_form(form: Any) -> None:
    """Tuples, lists and dictionaries, with a `d` before the names or without."""
    assert check_functions(NETWORK, lambda *arrays: form(backward(*arrays))).passed


def test_a_mistake_has_the_catalogues_name() -> None:
    """What is wrong is named as in a submission's report."""

    def wrong(*arrays: Any) -> Any:
        dw1, db1, dw2, db2 = backward(*arrays)
        return dw1, db1, dw2, np.full_like(db2, db2.sum())

    report = check_functions(NETWORK, wrong)
    assert not report.passed
    assert [(finding.site, finding.parameters) for finding in report.findings] == [("b2", ("b2",))]
    assert str(report.findings[0].fault).startswith("bias-summed-to-scalar")


def test_examples_in_columns() -> None:
    """The other layout hands over the arrays transposed, and takes the gradients so."""

    def columns(*arrays: Any) -> Any:
        return tuple(gradient.T for gradient in backward(*(array.T for array in arrays)))

    assert check_functions(NETWORK, columns, layout="columns").passed
    assert not check_functions(NETWORK, columns).passed


def test_networks_without_biases() -> None:
    """A bias that the network lacks is not handed over and not asked for."""

    def without(x: Any, y: Any, w1: Any, w2: Any) -> Any:
        dw1, _, dw2, _ = backward(x, y, w1, np.zeros((1, w1.shape[1])), w2, np.zeros((1, w2.shape[1])))
        return dw1, dw2

    assert check_functions({**NETWORK, "biases": False}, without).passed


def test_a_configuration_by_its_path(tmp_path: Path) -> None:
    """A file serves as well as a mapping, if it says how the arrays lie."""
    path = tmp_path / "net.toml"
    text = "[network]\nfeatures = 4\nhidden = 5\noutputs = 3\n"
    path.write_text(text)
    with pytest.raises(ConfigError, match="submission"):
        check_functions(path, backward)
    gradients = "".join(f'{name} = "{name}"\n' for name in ("W1", "b1", "W2", "b2"))
    path.write_text(f'{text}[submission]\nrun = "pass"\n[submission.gradients]\n{gradients}')
    assert check_functions(path, backward).passed


def test_crashes_and_wrong_forms_are_outcomes() -> None:
    """A function that raises has crashed; one that returns something else is ungradable; the note says what."""
    crashed = check_functions(NETWORK, lambda *arrays: 1 // 0).submissions[0]
    assert crashed.outcome is Outcome.CRASHED
    assert "ZeroDivisionError" in crashed.notes[0]
    pair = check_functions(NETWORK, lambda *arrays: backward(*arrays)[:2]).submissions[0]
    assert pair.outcome is Outcome.UNGRADABLE
    assert "2 values, expected gradients of W1, b1, W2, b2" in pair.notes[0]


def test_changed_inputs_and_missing_gradients_are_found() -> None:
    """In-place work on X is a finding; None is a missing gradient."""

    def spoiling(x: Any, *others: Any) -> Any:
        gradients = backward(x, *others)
        x *= 2
        return gradients

    assert "X" in check_functions(NETWORK, spoiling).findings[0].message
    report = check_functions(NETWORK, lambda *arrays: (*backward(*arrays)[:3], None))
    assert [str(parameter.verdict) for parameter in report] == ["correct", "correct", "correct", "missing"]


def test_a_network_that_is_badly_described_is_refused() -> None:
    """Unknown keys are refused as in a file."""
    with pytest.raises(ConfigError, match="hiden"):
        check_functions({"features": 4, "hiden": 5, "outputs": 3}, backward)


def test_what_is_kept_under_the_examples_is_wrong_with_other_parameters() -> None:
    """A cache of the forward pass is stale as soon as the weights have been changed."""
    kept: dict[bytes, Any] = {}

    def caching(x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        a1 = kept.setdefault(x.tobytes(), sigmoid(x @ w1 + b1))
        a2 = sigmoid(a1 @ w2 + b2)
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = delta2 @ w2.T * a1 * (1 - a1)
        return x.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)

    assert check_functions(NETWORK, caching).submissions[0].outcome is Outcome.FAILED


def test_a_branch_for_the_configured_width_is_run() -> None:
    """One output is what the network has, though most probes have more."""

    def branching(*arrays: Any) -> Any:
        found = backward(*arrays)
        return found if arrays[1].shape[1] > 1 else tuple(2 * gradient for gradient in found)

    assert check_functions(NETWORK, branching).passed
    assert not check_functions({**NETWORK, "outputs": 1}, branching).passed
    assert check_functions({**NETWORK, "outputs": 1}, backward).passed
