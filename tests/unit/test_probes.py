"""Probes are chosen so that mistakes show, whatever sizes an assignment keeps."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import gcd

import numpy as np
import pytest

from gradcheck import probes
from gradcheck.config import Assignment, Contract, ProbeSettings, Sizes
from gradcheck.network.forward import Network, forward

PLAIN = Assignment(path="", network=Network(), sizes=Sizes(d=4, h=5, k=3))


@pytest.mark.parametrize("make", [probes.make, probes.fresh])
def test_sizes_are_coprime_on_all_probes_but_one_of_equal_sizes(make: object) -> None:
    """A wrong axis changes the shape on most probes, and stays silent on the last."""
    *varied, equal = make(PLAIN)  # type: ignore[operator]
    for probe in varied:
        assert all(gcd(one, other) == 1 for one, other in combinations(probe.sizes.values(), 2))
        assert probe.sizes["n"] >= 3
        assert probe.sizes["k"] >= 2
    assert len(set(equal.sizes.values())) == 1


def test_the_same_seed_gives_the_same_probes_and_another_gives_others() -> None:
    """Nothing but the seed decides."""
    one, again = probes.make(PLAIN)[0], probes.make(PLAIN)[0]
    other = probes.make(replace(PLAIN, probes=ProbeSettings(seed=1)))[0]
    assert all(np.array_equal(one.values[name], again.values[name]) for name in one.values)
    assert not np.array_equal(one.values["x"], other.values["x"])


def test_fresh_probes_share_no_value_with_the_default_ones() -> None:
    """A proof is done on what nothing was found on."""
    known = {float(value) for probe in probes.make(PLAIN) for value in probe.values["x"].ravel()}
    assert known.isdisjoint(float(value) for probe in probes.fresh(PLAIN) for value in probe.values["x"].ravel())


@pytest.mark.parametrize("keep", ["d", "hk", "dhk"])
def test_kept_sizes_are_kept(keep: str) -> None:
    """Axes that an assignment pins have the configured size on every probe; the others still vary."""
    made = probes.make(replace(PLAIN, probes=ProbeSettings(keep=frozenset(keep))))
    for axis in keep:
        assert {probe.sizes[axis] for probe in made} == {getattr(PLAIN.sizes, axis)}
    assert len({probe.sizes["n"] for probe in made}) > 1


def test_examples_and_pins_are_obeyed() -> None:
    """One example at a time, and what a contract's axes leave out."""
    made = probes.make(replace(PLAIN, probes=ProbeSettings(examples=1)), {"k": 1})
    assert {(probe.sizes["n"], probe.sizes["k"]) for probe in made} == {(1, 1)}
    assert {probe.sizes["n"] for probe in probes.single_example(PLAIN)} == {1}


def test_biases_are_away_from_zero_and_absent_ones_are_zero() -> None:
    """A mistake in a bias shows; a layer without one has zeros."""
    for probe in probes.make(replace(PLAIN, network=Network(output_bias=False))):
        assert np.abs(probe.values["b1"]).min() >= 0.2
        assert not probe.values["b2"].any()


@pytest.mark.parametrize("examples", [None, 1])
@pytest.mark.parametrize("seed", range(5))
def test_relus_are_away_from_their_kink_on_and_off(seed: int, examples: int | None) -> None:
    """No pre-activation is so near zero that a difference would step over it; of one example, units differ."""
    settings = ProbeSettings(seed=seed, examples=examples)
    assignment = replace(PLAIN, network=Network(hidden_activation="relu"), probes=settings)
    for probe in probes.make(assignment):
        z1 = forward(assignment.network, probe.values).z1
        assert np.abs(z1).min() > 1e-4
        assert (z1 > 0).any()
        assert (z1 < 0).any()


def test_targets_follow_the_loss_unless_they_are_asked_for() -> None:
    """Real, binary or one-hot; labels are one-hot whatever the loss."""
    entropy = replace(PLAIN, network=Network(loss="binary-cross-entropy"))
    labels = replace(PLAIN, contract=Contract(axes={**Contract().axes, "Y": "labels"}))
    assert probes.target_kind(PLAIN) == "real"
    assert probes.target_kind(entropy) == "binary"
    assert probes.target_kind(labels) == "one-hot"
    assert probes.target_kind(replace(entropy, probes=ProbeSettings(targets="real"))) == "real"


@pytest.mark.parametrize(("n", "k"), [(7, 3), (3, 3), (2, 5), (1, 4), (6, 1)])
def test_every_class_occurs_and_the_last_one_always(n: int, k: int) -> None:
    """One-hot rows have one 1; classes are all there if the examples allow it."""
    y = probes.targets("one-hot", n, k, np.random.default_rng(0))
    assert y.shape == (n, k)
    if k > 1:
        assert (y.sum(axis=1) == 1).all()
        assert (y.sum(axis=0) > 0).sum() >= min(n, k)
        assert y[:, -1].any()


@pytest.mark.parametrize("make", [probes.make, probes.fresh])
@pytest.mark.parametrize("classes", [3, 10])
def test_there_are_as_many_examples_as_classes(make: object, classes: int) -> None:
    """People count the classes that occur: code that does so is right on every probe, fresh ones, too."""
    pinned = replace(PLAIN, sizes=Sizes(d=4, h=5, k=classes), probes=ProbeSettings(keep=frozenset("k")))
    for probe in make(pinned):  # type: ignore[operator]
        assert probe.sizes["n"] >= probe.sizes["k"] == classes


def test_configured_sizes_below_those_of_all_probes_are_found() -> None:
    """One output, one feature and two hidden units are; what is kept, or one class, isn't."""
    given = Assignment(path="", network=Network(), sizes=Sizes(d=1, h=2, k=1))
    assert probes.smaller(given, probes.make(given)) == {"d": 1, "h": 2, "k": 1}
    assert probes.smaller(given, probes.make(given, {"k": 1}), {"k": 1}) == {"d": 1, "h": 2}
    kept = replace(given, probes=ProbeSettings(keep=frozenset("dhk")))
    assert probes.smaller(kept, probes.make(kept)) == {}
    classes = replace(given, network=Network(output_activation="softmax", loss="cross-entropy"))
    assert probes.smaller(classes, probes.make(classes)) == {"d": 1, "h": 2}
    usual = replace(given, sizes=Sizes(d=4, h=5, k=3))
    assert probes.smaller(usual, probes.make(usual)) == {}
