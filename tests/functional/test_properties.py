"""
Properties over random networks: no false alarm for what is right, no name for what no entry makes.

`GRADCHECK_EXAMPLES` sets how many networks are drawn; the default is a few hundred, a release has 2,000.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck.comparison import compare
from gradcheck.config import Assignment, Sizes
from gradcheck.diagnosis.explain.by_value import Explainer
from gradcheck.diagnosis.explain.explanation import Submitted
from gradcheck.differences import network_gradients
from gradcheck.findings import Verdict
from gradcheck.network.backward import gradients
from gradcheck.network.forward import Array, Network, Scale
from gradcheck.probes import make

EXAMPLES = int(os.environ.get("GRADCHECK_EXAMPLES", "250"))
FIXED = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
FEW = settings(FIXED, max_examples=max(20, EXAMPLES // 10))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any network that can be configured."""
    output = draw(st.sampled_from(["sigmoid", "tanh", "relu", "identity", "softmax"]))
    losses = ["squared-error"]
    if output in ("sigmoid", "softmax"):
        losses += ["binary-cross-entropy", "cross-entropy"]
    return Network(
        hidden_activation=draw(st.sampled_from(["sigmoid", "tanh", "relu", "identity"])),
        output_activation=output,
        loss=draw(st.sampled_from(losses)),
        loss_scale=Scale(
            Fraction(draw(st.sampled_from(["1/2", "1", "2"]))), draw(st.booleans()), draw(st.booleans())
        ),
        weight_decay=draw(st.sampled_from([0.0, 0.1, 2.0])),
        weight_decay_scale=Scale(Fraction(1), draw(st.booleans())),
        hidden_bias=draw(st.booleans()),
        output_bias=draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn) -> tuple[Network, dict[str, Array]]:
    """A network of sizes 1 to 8 with values, from nearly linear to saturated."""
    network = draw(networks())
    n, d, h, k = (draw(st.integers(1, 8)) for _ in range(4))
    # softmax over one output is constant: its gradient is zero, and all that is left is rounding
    k = max(k, 2) if network.output_activation == "softmax" else k
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strength = draw(st.sampled_from([0.1, 1.0, 3.0, 10.0]))
    values = {
        "x": rng.normal(size=(n, d)),
        "w1": strength * rng.normal(size=(d, h)) / np.sqrt(d),
        "b1": strength * rng.normal(size=(1, h)) * network.hidden_bias,
        "w2": strength * rng.normal(size=(h, k)) / np.sqrt(h),
        "b2": strength * rng.normal(size=(1, k)) * network.output_bias,
    }
    one_hot = np.eye(k)[rng.integers(0, k, n)] if k > 1 else rng.integers(0, 2, (n, 1)).astype(float)
    values["y"] = one_hot if "entropy" in network.loss else rng.uniform(0.05, 0.95, (n, k))
    return network, values


@FIXED
@given(problems())
def test_right_gradients_raise_no_alarm(problem: tuple[Network, dict[str, Array]]) -> None:
    """Whatever the network, analytic gradients are never called wrong; the numerical side may not know."""
    network, values = problem
    analytic, numerical = gradients(network, values), network_gradients(network, values)
    for name in network.parameters:
        found = numerical[name]
        report = compare(name, analytic[name], found.value, found.bound, expected_shape=analytic[name].shape)
        allowed = (Verdict.CORRECT, Verdict.IMPRECISE, Verdict.INCONCLUSIVE)
        assert report.verdict in allowed, (name, report)


@FIXED
@given(problems(), st.floats(0.01, 100.0), st.sampled_from(["w1", "w2"]))
def test_a_gradient_that_is_off_is_never_called_right(
    problem: tuple[Network, dict[str, Array]], factor: float, name: str
) -> None:
    """The same comparison sees a gradient that is wrong by a factor, unless it is zero or the factor near one."""
    network, values = problem
    analytic, numerical = gradients(network, values), network_gradients(network, values)
    found, scale = numerical[name], float(np.abs(analytic[name]).max())
    if abs(factor - 1) < 1e-3 or not np.abs(found.bound).max() < 1e-6 * scale:
        return
    wrong = factor * analytic[name]
    report = compare(name, wrong, found.value, found.bound, expected_shape=wrong.shape)
    assert report.verdict is Verdict.WRONG, report


Distortion = Callable[[Array], Array]


@st.composite
def distortions(draw: st.DrawFn) -> Distortion:
    """A wrong gradient that no entry of the catalogue makes, as a function of the right one."""
    kind = draw(st.sampled_from(["smooth", "scrambled", "mixture", "noise"]))
    strength, frequency = draw(st.floats(0.1, 0.9)), draw(st.floats(1.0, 5.0))
    rng_seed = draw(st.integers(0, 2**32 - 1))

    def distorted(g: Array) -> Array:
        rng, scale = np.random.default_rng(rng_seed), np.abs(g).max()
        if kind == "smooth":
            return np.asarray(g + strength * scale * np.sin(frequency * g / scale + 1))
        if kind == "scrambled":
            return rng.permutation(g.ravel()).reshape(g.shape) if g.size > 2 else np.asarray(g**2 + scale)
        if kind == "mixture":
            return np.asarray(strength * g + (1 - strength) * g[::-1, ::-1] ** 2 / scale)
        return np.asarray(g * rng.uniform(0.5, 1.5, g.shape))

    return distorted


_EXPLAINERS: dict[Network, tuple[list[dict[str, Array]], Explainer]] = {}


@pytest.fixture(scope="module", autouse=True)
def _forget_explainers() -> None:
    _EXPLAINERS.clear()


def _explainer(network: Network) -> tuple[list[dict[str, Array]], Explainer]:
    if network not in _EXPLAINERS:
        probes = make(Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=3)))
        values = [dict(probe.values) for probe in probes]
        _EXPLAINERS[network] = values, Explainer(network, values)
    return _EXPLAINERS[network]


KNOWN = (
    Network(),
    Network(
        hidden_activation="tanh", loss="binary-cross-entropy", loss_scale=Scale.parse("1/n"), weight_decay=0.1
    ),
    Network(hidden_activation="relu", output_activation="softmax", loss="cross-entropy"),
)


def _names(network: Network, change: Callable[[str, Array], Array]) -> list[str]:
    """Names given to the right gradients after a change."""
    probes, explainer = _explainer(network)
    tables = [gradients(network, values) for values in probes]
    changed = {name: tuple(change(name, table[name]) for table in tables) for name in network.parameters}
    found = explainer.explain(Submitted(tuple(range(len(probes))), changed))
    return [one.fault.name for one in found if one.fault]


@FEW
@given(st.sampled_from(KNOWN), distortions(), st.sampled_from(["w1", "b1", "w2", "b2", "all"]))
def test_what_no_entry_makes_gets_no_name(network: Network, distorted: Distortion, where: str) -> None:
    """Distorted, scrambled and mixed gradients, one or all of them, stay without a name."""
    assert _names(network, lambda name, g: distorted(g) if where in (name, "all") else g) == []


@pytest.mark.parametrize("network", KNOWN, ids=lambda network: network.loss)
def test_what_an_entry_makes_gets_one(network: Network) -> None:
    """The same way of asking does give a name to a sign that is flipped."""
    assert _names(network, lambda name, g: -g if name == "b1" else g) == ["gradient-sign-flipped"]
