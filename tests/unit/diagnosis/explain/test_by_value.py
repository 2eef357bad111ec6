"""Several mistakes at once are each found, one mistake once, and what is none of them has no name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from gradcheck.config import Assignment, Sizes
from gradcheck.diagnosis.explain.by_value import Explained, Explainer, Submitted
from gradcheck.diagnosis.explain.explanation import Option, merged_options
from gradcheck.faults import BY_NAME
from gradcheck.network.backward import Override, Trace
from gradcheck.network.forward import Array, Network
from gradcheck.probes import make

NETWORK = Network()
PROBES = [probe.values for probe in make(Assignment(path="", network=NETWORK, sizes=Sizes(d=4, h=5, k=3)))]
EXPLAINER = Explainer(NETWORK, PROBES)


def _submitted(overrides: Mapping[str, Override]) -> Submitted:
    traces = [Trace(NETWORK, values, overrides) for values in PROBES]
    return Submitted(tuple(range(len(PROBES))), {
        name: tuple(np.asarray(trace.gradient(name), float) for trace in traces) for name in NETWORK.parameters
    })  # fmt: skip


def _explained(overrides: Mapping[str, Override]) -> list[tuple[str, str | None]]:
    return [(one.site, one.fault and one.fault.name) for one in EXPLAINER.explain(_submitted(overrides))]


def _planted(*faults: tuple[str, str]) -> dict[str, Override]:
    return {site: BY_NAME[name].overrides(site)[0] for site, name in faults}


def test_right_gradients_need_no_explanation() -> None:
    """Nothing is found where nothing is wrong, nor where nothing ran."""
    assert _explained({}) == []
    assert EXPLAINER.explain(Submitted((), {})) == ()


@pytest.mark.parametrize(
    "faults",
    [
        [("delta2", "gradient-sign-flipped"), ("b1", "bias-summed-to-scalar")],
        [("slope2", "derivative-of-pre-activation"), ("slope1", "hidden-derivative-missing")],
        [("grad_a1", "raw-error-propagated"), ("slope1", "derivative-of-activation")],
        [("z2", "bias-missing-in-forward"), ("b2", "bias-gradient-one-example-only")],
        [("w2", "factor-of-two-added"), ("b2", "bias-mean-instead-of-sum"), ("w1", "gradient-sign-flipped")],
        [("grad_a1", "weights-normalised-in-propagation"), ("delta1", "derivative-of-incoming-gradient")],
    ],
)
def test_mistakes_on_different_steps_are_each_found(faults: list[tuple[str, str]]) -> None:
    """The smallest set that reproduces the gradients is what was planted, site by site."""
    assert sorted(_explained(_planted(*faults))) == sorted(faults)


def test_one_cause_is_one_finding() -> None:
    """A delta that spoils all four gradients is told once."""
    assert _explained(_planted(("delta2", "factor-of-two-added"))) == [("delta2", "factor-of-two-added")]


def test_a_free_scalar_is_fitted_and_named() -> None:
    """The learning rate that W2 was updated with is read off the gradients."""
    term = BY_NAME["stale-weights"].overrides("grad_a1")[0]
    rate: Override = lambda t: t.right("grad_a1") - 0.25 * term(t)  # noqa: E731
    (found,) = EXPLAINER.explain(_submitted({"grad_a1": rate}))
    assert found.fault is BY_NAME["stale-weights"]
    assert found.coefficient == "1/4"


def test_what_is_found_reproduces_what_was_submitted() -> None:
    """The overrides of a finding make the very gradients, upstream faults included."""
    planted = _planted(("slope2", "derivative-half-missing"), ("grad_a1", "raw-error-propagated"))
    submitted = _submitted(planted)
    last = EXPLAINER.explain(submitted)[-1]
    for index, values in enumerate(PROBES):
        again: Array = Trace(NETWORK, values, last.overrides).gradient("w1")
        assert np.allclose(again, submitted.gradients["w1"][index])


def test_what_no_probe_tells_apart_is_a_class() -> None:
    """On a sigmoid layer relu's derivative is 1, as if it were missing: one finding, the other name beside it."""
    (found,) = EXPLAINER.explain(_submitted(_planted(("slope1", "derivative-of-relu"))))
    assert {found.fault and found.fault.name, *found.equivalent} >= {
        "derivative-of-relu",
        "hidden-derivative-missing",
    }


def test_what_no_entry_makes_has_no_name_and_the_first_wrong_step() -> None:
    """A delta2 bent out of shape is where things first go wrong; one bent gradient is wrong by itself."""
    bent: Override = lambda t: np.sin(9 * t.right("delta2")) + 0.01 * t.z2  # noqa: E731
    assert _explained({"delta2": bent}) == [("delta2", None)]
    assert _explained({"w1": lambda t: np.cos(9 * t.right("w1"))}) == [("w1", None)]


def test_a_right_sum_of_a_wrong_delta_vouches_for_nothing() -> None:
    """Errors that cancel in the bias's sum leave delta2 the first to go wrong."""
    mixed: Override = lambda t: t.right("delta2")[::-1] * 1.0  # noqa: E731
    assert _explained({"delta2": mixed}) == [("delta2", None)]


def test_a_mistake_is_found_on_the_probes_that_ran() -> None:
    """Code that runs where all sizes agree only is explained there."""
    last = len(PROBES) - 1
    trace = Trace(NETWORK, PROBES[last], _planted(("w2", "weight-gradient-transposed")))
    gradients = {name: (np.asarray(trace.gradient(name), float),) for name in NETWORK.parameters}
    found: tuple[Explained, ...] = EXPLAINER.explain(Submitted((last,), gradients))
    assert [(one.site, one.fault and one.fault.name) for one in found] == [("w2", "weight-gradient-transposed")]


def test_what_is_exactly_zero_was_never_made() -> None:
    """A sum that cancels, as softmax outputs minus targets do, comes to zero too: but it isn't said to be that."""
    network = Network(output_activation="softmax", loss="cross-entropy")
    probes = [probe.values for probe in make(Assignment(path="", network=network, sizes=Sizes(d=4, h=5, k=3)))]
    gradients = {
        name: tuple(np.zeros_like(np.asarray(Trace(network, values).gradient(name), float)) for values in probes)
        for name in network.parameters
    }
    found = Explainer(network, probes).explain(Submitted(tuple(range(len(probes))), gradients))
    assert [(one.site, one.fault and one.fault.name) for one in found] == [("delta2", "delta-zero")]


def _times(factors: Sequence[float], sites: Sequence[str] = NETWORK.parameters) -> Submitted:
    """The right gradients, some of them times a factor on each probe."""
    right = _submitted({})
    return replace(right, gradients={
        name: tuple(np.array(array) * (factor if name in sites else 1.0)
                    for array, factor in zip(arrays, factors, strict=True))
        for name, arrays in right.gradients.items()
    })  # fmt: skip


@pytest.mark.parametrize("fixed", [3, 32, 209, 400, 1000, 60000])
def test_a_fixed_batch_size_is_one_mistake(fixed: int) -> None:
    """However large it is, for all gradients or for one."""
    factors = [len(values["x"]) / fixed for values in PROBES]
    (found,) = EXPLAINER.explain(_times(factors))
    assert found.fault is BY_NAME["gradient-off-by-size-factor"]
    assert (found.site, found.coefficient) == ("delta2", f"n/{fixed}")
    (found,) = EXPLAINER.explain(_times(factors, ["b1"]))
    assert (found.site, found.coefficient) == ("b1", f"n/{fixed}")


def test_one_factor_on_all_gradients_is_one_mistake_even_without_a_rule() -> None:
    """It has no name then; but several gradients with factors of their own are several."""
    factors = [0.3, 0.71, 1.9, 1.0, 0.2][: len(PROBES)]
    (found,) = EXPLAINER.explain(_times(factors))
    assert (found.fault, found.site, found.parameters) == (None, "delta2", NETWORK.parameters)
    assert found.coefficient.startswith("0.3, 0.71, 1.9")
    assert len(EXPLAINER.explain(_times(factors, ["w1", "b2"]))) > 1


def test_one_factor_on_decayed_gradients_is_one_mistake() -> None:
    """The whole gradient is n/400 times the right one, decay and all."""
    network = Network(weight_decay=0.3)
    explainer = Explainer(network, PROBES)
    gradients = {
        name: tuple(np.asarray(Trace(network, v).gradient(name)) * len(v["x"]) / 400 for v in PROBES)
        for name in network.parameters
    }
    (found,) = explainer.explain(Submitted(tuple(range(len(PROBES))), gradients))
    assert (found.site, found.coefficient) == ("delta2", "n/400")
    again = Trace(network, PROBES[0], found.overrides)
    assert all(np.allclose(again.gradient(name), gradients[name][0]) for name in network.parameters)


def test_a_single_delta_says_nothing_of_a_common_factor() -> None:
    """All gradients are multiples of the one delta of one output of one example, whatever is wrong with it."""
    single = Network(hidden_activation="identity")
    probes = [{"x": v["x"][:1], "y": v["y"][:1, :1], "w1": v["w1"], "b1": v["b1"], "w2": v["w2"][:, :1],
               "b2": v["b2"][:, :1]} for v in PROBES[:2]]  # fmt: skip
    traces = [Trace(single, values) for values in probes]
    gradients = {
        name: tuple(np.asarray(t.gradient(name)) * f for t, f in zip(traces, (0.31, 1.77), strict=True))
        for name in single.parameters
    }
    found = Explainer(single, probes).explain(Submitted((0, 1), gradients))
    assert not any(one.coefficient.startswith("0.31") for one in found)


@pytest.mark.parametrize(
    "names", [("bias-gradient-from-other-delta", "gradient-zero"), ("gradient-zero", "bias-mean-instead-of-sum")]
)
def test_what_is_zero_is_named_for_that(names: tuple[str, str]) -> None:
    """Not for what comes to the same only where another mistake makes zeros; that is its equal."""
    options = [Option((Explained("b1", BY_NAME[name]),), np.ones(3)) for name in names]
    (found,) = merged_options(options)
    (fault,) = found.faults
    assert fault.fault is BY_NAME["gradient-zero"]
    assert fault.equivalent == tuple(name for name in names if name != "gradient-zero")
    others = [replace(one, factor=np.full(3, 2.0)) if one is options[1] else one for one in options]
    assert merged_options(others) == others
