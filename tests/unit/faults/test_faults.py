"""The catalogue as a catalogue: complete, told apart, and each entry found by its values."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from predicted import named, networks, planted, probes_of, silent, submit, through_columns

from gradcheck.config import Contract
from gradcheck.diagnosis.explain.by_value import Explainer
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.messages import finding, vocabulary
from gradcheck.faults import BY_NAME, CATALOGUE, Fault, layer_of
from gradcheck.network.backward import SITES, STEPS, Trace
from gradcheck.network.forward import Network, Scale

CASES = Path(__file__).parents[3] / "cases" / "faults"
NETWORKS = networks()
TEXTS = ("summary", "submitted", "expected", "hint", "why", "tempting", "wrong", "right", "training")
BY_RULE = {
    "bias-keepdims-missing",
    "weight-gradient-in-another-shape",
    "gradient-off-by-constant-factor",
    "gradient-off-by-size-factor",
}
"""Entries that the search knows by a shape or by how a factor moves, not by a prediction."""

ONE_OUTPUT = {"targets-broadcast"}
"""Entries that a program runs with on one output only."""

every = pytest.mark.parametrize("fault", CATALOGUE, ids=lambda fault: fault.name)


def test_there_are_at_least_eighty_entries_of_unique_names() -> None:
    """A name means one entry, stable and in kebab-case."""
    assert len(CATALOGUE) >= 80
    assert len(BY_NAME) == len(CATALOGUE)
    assert [name for name in BY_NAME if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@every
def test_an_entry_says_everything(fault: Fault) -> None:
    """No text is empty, and every word in braces is one that messages fill in, at each of the entry's sites."""
    assert [name for name in TEXTS if not getattr(fault, name).strip()] == []
    for site in fault.sites:
        words = {*vocabulary(site, Network(), Contract()), "coefficient"}
        for text in (fault.submitted, fault.expected, fault.hint):
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert used <= words


@every
def test_an_entry_has_sites_and_one_way_of_predicting(fault: Fault) -> None:
    """Sites are steps; a fault predicts values, or a term, or a factor, or is known by rule."""
    assert fault.sites
    assert set(fault.sites) <= set(SITES)
    ways = [bool(fault.predictions), fault.term is not None, fault.factor is not None]
    assert sum(ways) == (0 if fault.name in BY_RULE else 1)


@every
def test_an_entry_applies_somewhere_and_has_a_case(fault: Fault) -> None:
    """Every entry makes sense in some network, and some case shows a program that has it."""
    assert any(fault.applies(network, layer_of(site)) for network in NETWORKS for site in fault.sites)
    lines = [path.read_text(encoding="utf-8").splitlines()[0] for path in CASES.rglob("*.py")]
    assert any(f" {fault.name} line" in line for line in lines)


def test_every_fault_changes_a_gradient() -> None:
    """On the default probes, what a fault makes at any site and in any variation differs from what is right."""
    ran, changed = set(), set()
    for network in NETWORKS:
        probes = probes_of(network)
        for one in planted(network):
            submitted = submit(network, probes, [one])
            if submitted is not None:
                ran.add(str(one))
            if submitted is not None and not silent(network, probes, submitted):
                changed.add(str(one))
    assert ran == changed
    assert {name.split(" at ")[0] for name in ran} >= {*BY_NAME} - BY_RULE - ONE_OUTPUT


@pytest.mark.parametrize("seed", range(5))
def test_every_single_fault_is_named(seed: int) -> None:
    """In five random networks, each entry at each site is one finding that goes by its name, or by its class's."""
    network = NETWORKS[seed]
    probes = probes_of(network, seed)
    explainer = Explainer(network, [probe.values for probe in probes])
    missed = []
    for one in planted(network):
        if len(one.fault.predictions) > 1 and one.variation != seed % len(one.fault.predictions):
            continue
        submitted = submit(network, probes, [one])
        if submitted is None or silent(network, probes, submitted):
            continue
        found = explainer.explain(submitted)
        if len(found) != 1 or one.fault.name not in named(found)[0]:
            missed.append((str(one), [(f.site, f.fault and f.fault.name, f.equivalent) for f in found]))
    assert missed == []


def test_both_layouts_are_the_same_to_the_search() -> None:
    """What a program in columns gives is, read back, what the same program in rows gives."""
    network = NETWORKS[0]
    probes = probes_of(network)
    for one in planted(network):
        submitted = submit(network, probes, [one])
        if submitted is None:
            continue
        turned = through_columns(submitted, probes)
        for name, arrays in submitted.gradients.items():
            for array, other in zip(arrays, turned.gradients[name], strict=True):
                assert np.array_equal(array, other), one


def test_a_factor_scales_the_right_value() -> None:
    """An entry with a factor overrides its step with that many times the right value."""
    probe = probes_of(Network())[0]
    override = BY_NAME["divided-by-outputs"].overrides("b1")[0]
    trace = Trace(Network(), probe.values, {"b1": override})
    assert np.allclose(trace.gradient("b1"), Trace(Network(), probe.values).gradient("b1") / probe.sizes["k"])


def test_an_entry_limited_to_an_activation_does_not_apply_to_another() -> None:
    """A derivative that a linear layer doesn't have can't be forgotten there."""
    linear = Network(output_activation="identity")
    assert not BY_NAME["output-derivative-missing"].applies(linear, 2)
    assert BY_NAME["hidden-derivative-missing"].applies(linear, 1)
    assert set(STEPS) == set(SITES)


def test_a_mistake_in_code_that_both_layers_share_is_named() -> None:
    """A forward pass without either bias is explained by the same entry at both layers."""
    network = Network()
    probes = probes_of(network)
    both = [one for one in planted(network) if one.fault.name == "bias-missing-in-forward"]
    submitted = submit(network, probes, both)
    assert submitted is not None
    found = Explainer(network, [probe.values for probe in probes]).explain(submitted)
    assert [(one.site, one.fault and one.fault.name) for one in found] == [
        ("z1", "bias-missing-in-forward"),
        ("z2", "bias-missing-in-forward"),
    ]


def test_a_bias_gradient_alone_speaks_for_no_cause() -> None:
    """Where b2 is off by a factor and nothing explains the others, the delta is wrong, and no name is given."""
    network = Network()
    probes = probes_of(network)
    submitted = submit(network, probes, [])
    assert submitted is not None
    gradients = {
        name: tuple(2 * array if name == "b2" else np.sin(9 * array + array[::-1]) for array in arrays)
        for name, arrays in submitted.gradients.items()
    }
    found = Explainer(network, [probe.values for probe in probes]).explain(replace(submitted, gradients=gradients))
    assert [(one.site, one.fault) for one in found] == [("delta2", None)]
    assert set(found[0].parameters) == {"w1", "b1", "w2", "b2"}


@every
def test_what_is_said_is_true_of_the_network_that_it_is_said_of(fault: Fault) -> None:
    """No square where the loss has none, no sigmoid where there is none, no mean that the loss doesn't take."""
    for network in NETWORKS:
        for site in (one for one in fault.sites if fault.applies(network, layer_of(one))):
            place = site.replace("decay", "w")
            found = finding(Explained(place, fault), network, Contract(), network.parameters, "")
            said = f"{found.message} {found.hint}"
            used = {network.hidden_activation, network.output_activation}
            if network.loss != "squared-error" and "squared-error" not in fault.name:
                assert not re.search(r"\(a - y\)²|2 of the square|sum of squares|for squared error", said)
            if "sigmoid" not in used and "sigmoid" not in fault.name:
                assert not re.search(r"σ|the sigmoid's", said)
            if network.output_activation == "softmax" and site.endswith("2"):
                assert "Jacobian, elementwise" not in said
            if not network.loss_scale.per_example:
                assert "the mean is over the examples" not in said
            if not network.loss_scale.per_output:
                assert "a mean over the outputs, too" not in said
            if not network.weight_decay:
                assert "decays weights only" not in said


@pytest.mark.parametrize(
    ("loss", "scale", "said"),
    [
        ("binary-cross-entropy", "1/n", "whose derivative has no factor of two"),
        ("squared-error", "1/2", "the 2 of the square's derivative is cancelled by the 1/2"),
        ("squared-error", "1/n", "the square's derivative has a 2, once"),
    ],
)
@pytest.mark.parametrize("name", ["factor-of-two-added", "factor-of-two-lost"])
def test_a_factor_of_two_is_told_by_the_loss(loss: str, scale: str, said: str, name: str) -> None:
    """Of a cross-entropy no square is told, and of a square without a 1/2 no 1/2."""
    network = Network(loss=loss, loss_scale=Scale.parse(scale))
    found = finding(Explained("w2", BY_NAME[name]), network, Contract(), ("w2",), "")
    assert said in found.message
