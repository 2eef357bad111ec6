"""
Explanation by value: which faults reproduce the submitted gradients, on every probe.

The steps form a small graph, and faults combine along it without a combinatorial search. For each way in which
delta2 can come about, the gradients of W2 and b2 are explained separately; then, from the way that explains
them with the fewest faults, each way in which delta1 can come about, and W1 and b1 separately. Factors and terms
with a free scalar are fitted, not tried. What no way explains is left unnamed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.diagnosis.explain.explanation import (
    Branch,
    Explained,
    Option,
    Submitted,
    cheapest,
    merged_options,
    with_equals,
)
from gradcheck.diagnosis.explain.fitting import (
    Named,
    Telling,
    aligned,
    describe,
    fit,
    name_factor,
    residual,
    same,
    settled,
)
from gradcheck.diagnosis.explain.ways import Way, Ways, evaluate
from gradcheck.faults import BY_NAME, CATALOGUE, Fault, layer_of
from gradcheck.network.backward import Override, Trace
from gradcheck.network.forward import Array, Network

UNEXPLAINED = 3.0
"""What an unexplained gradient costs, in faults: dearer than the two that may stand upstream of it."""
_SHAPE_FAULTS = {"b": "bias-keepdims-missing", "w": "weight-gradient-in-another-shape"}


class Explainer:
    """
    Explains submissions of one assignment; predictions are made once and shared.

    Parameters
    ----------
    network : Network
    probes : sequence of mapping
        Values `x y w1 b1 w2 b2` of each probe, in rows.
    """

    def __init__(self, network: Network, probes: Sequence[Mapping[str, Array]]) -> None:
        self.network = network
        self.ways = Ways(network, probes)
        self.sizes = [
            {"n": len(v["x"]), "d": v["x"].shape[1], "h": len(v["w2"]), "k": v["y"].shape[1]} for v in probes
        ]

    def explain(self, submitted: Submitted) -> tuple[Explained, ...]:
        """
        Find the smallest set of faults that reproduces the gradients, in the order of the backward pass.

        A gradient that none reproduces is an `Explained` without a fault, at the first step that may be wrong.
        """
        if not submitted.probes:
            return ()
        with np.errstate(all="ignore"):  # of predictions that no program of this network makes
            return _Search(self, submitted).best()


class _Search:
    """The search for one submission."""

    def __init__(self, explainer: Explainer, submitted: Submitted) -> None:
        self.network, self.ways = explainer.network, explainer.ways
        self.submitted = submitted
        self.sizes = [explainer.sizes[probe] for probe in submitted.probes]
        self.ones = np.ones(len(submitted.probes))
        self.natural = {
            name: [self.scale(name, probe) for probe in submitted.probes] for name in submitted.gradients
        }

        self.telling = {
            name: Telling(targets[0], self.natural[name][0], submitted.tolerance)
            for name, targets in submitted.gradients.items()
        }

    def scale(self, name: str, probe: int) -> float:
        """Largest entry of the right gradient."""
        right = self.ways.traces(self.ways.forward()[0], probe)[0]
        return float(np.abs(right.gradient(name)).max(initial=0.0))

    def best(self) -> tuple[Explained, ...]:
        """Try the right forward pass, then each wrong one, as long as that can be cheaper."""
        best: tuple[float, Way, Branch, Branch] | None = None
        for forward in self.forward():
            budget = np.inf if best is None else best[0] - forward.cost
            if budget <= 0 or (best is not None and not best[1].faults and self.is_right(best[2])):
                break
            for output in self.layer(2, forward, self.ones, budget):
                if forward.faults and len(output.explained) < len(self.names(2)):
                    continue
                # an output layer that nothing explains leaves nothing to build on but a right delta2
                left = budget - output.cost if output.explained else min(budget, 1.5)
                hidden = with_equals(self.layer(1, output.way, output.factor, left))
                if forward.faults and not self.explains_all(output, hidden):
                    continue  # a wrong forward pass is told by all that is made of it
                total = forward.cost + output.cost + hidden.cost
                if best is None or total < best[0]:
                    best = total, forward, output, hidden
        assert best is not None
        found = tuple(self.findings(*best[1:]))
        if len(found) > 1 or any(one.fault is None for one in found):
            whole = self.uniform()
            found = found if whole is None else (whole,)
        return self.with_forward_equals(found[0]) if len(found) == 1 and not best[1].faults else found

    def uniform(self) -> Explained | None:
        """
        Say that all gradients are the right ones times one number: that is one mistake, whatever it is.

        Of a single output of a single example it says nothing: all gradients are multiples of its one delta.
        """
        names, right = self.network.parameters, self.ways.forward()[0]
        if set(names) - {*self.submitted.gradients} or self.submitted.wrong_shape:
            return None
        if all(size["n"] * size["k"] == 1 for size in self.sizes):
            return None
        factors = []
        for position, probe in enumerate(self.submitted.probes):
            trace = self.ways.traces(right, probe)[0]
            wanted = np.concatenate([np.asarray(trace.gradient(name)).ravel() for name in names])
            given = np.concatenate([self.submitted.gradients[name][position].ravel() for name in names])
            natural = float(np.abs(wanted).max(initial=0.0))
            factor = None
            if given.shape == wanted.shape and given.any():
                factor = fit(given, [wanted], natural, self.submitted.tolerance)
            if factor is None or np.isnan(factor).any():
                return None
            factors.append(factor[0])
        table = np.array(factors)
        if same(table, 1.0):
            return None
        named = self.factor_fault("delta2", table, right)
        if named is None:
            numbers = ", ".join(f"{factor:.3g}" for factor in table)
            return Explained("delta2", None, tuple(names), numbers)
        decaying = ("decay1", "decay2") if self.network.weight_decay else ()
        decays = {site: _times(site, float(table[0])) for site in decaying}
        return replace(named, overrides={**named.overrides, **decays})

    def forward(self) -> Iterable[Way]:
        """The right forward pass, and each wrong one that may be this submission's."""
        right, *wrong = self.ways.forward()
        yield right
        for way in () if self.submitted.forward_right else wrong:
            trace = self.ways.traces(way, self.submitted.probes[0])[0]
            if any(self.submitted.may_come_to(self.ways.step(trace, step)) for step in ("z2", "a2")):
                yield way

    def is_right(self, output: Branch) -> bool:
        """Whether the output layer's gradients are right: then the forward pass is, which they are made of."""
        return {"w2", "b2"} <= output.explained and not output.cost

    def explains_all(self, output: Branch, hidden: Branch) -> bool:
        """Whether no gradient is left unexplained."""
        return len(output.explained) + len(hidden.explained) == len(self.submitted.gradients)

    def with_forward_equals(self, found: Explained) -> tuple[Explained, ...]:
        """Add to a single fault those of the forward pass that do all of it alone."""
        names = [way.faults[0][1].name for way in self.ways.forward()[1:] if way.cost <= 1 and self.does_all(way)]
        if found.fault is None or found.fault.name in names:
            return (found,)
        return (replace(found, equivalent=tuple(dict.fromkeys((*found.equivalent, *names)))),)

    def does_all(self, way: Way) -> bool:
        """Whether a way gives every gradient as it was submitted."""
        names = self.submitted.gradients
        return all(self.explains(way, name) for name in names) and all(
            (option := self.option(way, name, None)) is not None and not option.faults and same(option.factor, 1.0)
            for name in names
        )

    def names(self, index: int) -> list[str]:
        """The gradients of a layer that were submitted."""
        return [name for name in (f"w{index}", f"b{index}") if name in self.submitted.gradients]

    def layer(self, index: int, start: Way, upstream: Array, budget: float) -> list[Branch]:
        """Explain a layer's gradients by the cheapest ways in which its delta can come about, within a budget."""
        found = self.cheapest_of_layer(index, start, upstream, budget)
        return [self.with_equals_of_way(index, start, branch) for branch in found]

    def cheapest_of_layer(self, index: int, start: Way, upstream: Array, budget: float) -> list[Branch]:
        """The same, without the other entries that would do what a way's do: to ask for those takes long."""
        names = self.names(index)
        found = [Branch(start, upstream, (), UNEXPLAINED * len(names))]
        if not names or budget <= 0:
            return found
        thorough = np.isinf(budget)  # with the right forward pass; a wrong one has to explain at first sight
        several = thorough and self.submitted.several
        slack = 0.5 if len(names) == 1 else 0.0  # one gradient alone may be explained in two places as cheaply
        single = self.ways.single(index, start)
        if not any(target.any() for name in names for target in self.submitted.gradients[name]):
            # exactly zero is what never arrives, and not what a sum comes to that cancels
            own = len(start.faults)
            single = [way for way in single if {fault.name for _, fault in way.faults[own:]} <= {"delta-zero"}]
        for ways, least in ((single, 1.0), (self.ways.pairs(index, start) if several else [], 2.0)):
            affordable = tuple(way for way in ways if way.cost - start.cost < min(found[0].cost + slack, budget))
            may = np.array([self.may_explain(affordable, name) for name in names])
            for way, may_each in zip(affordable, may.T, strict=True):
                if way.cost - start.cost >= min(found[0].cost + slack, budget):
                    continue
                likely = itertools.compress(names, may_each)
                if (way is start and thorough) or any(self.explains(way, name) for name in likely):
                    found = cheapest([*found, *self.branches(index, start, way, upstream)])
            if found[0].cost <= least:
                return found
        if several and found[0].cost > UNEXPLAINED:  # both gradients and the delta may have a fault of their own
            for way in single:
                found = cheapest([*found, *self.branches(index, start, way, upstream)])
        return found

    def may_explain(self, ways: tuple[Way, ...], name: str) -> Array:
        """Which ways may explain a gradient without a fault of its own: two entries on one probe rule out most."""
        if not ways or self.is_decaying(name):
            return np.full(len(ways), True)
        target = self.submitted.gradients[name][0]
        laid = self.ways.laid_each(ways, name, self.submitted.probes[0], target.shape)
        fitted = np.array([bool(way.terms) for way in ways])
        return np.asarray(self.telling[name].may_be(laid) | fitted)

    def explains(self, way: Way, name: str) -> bool:
        """Whether a way explains a gradient without a fault of its own, judged by one probe."""
        target = self.submitted.gradients[name][0]
        bases = self.bases(way, name, self.submitted.probes[0], target)
        return bases is not None and self.fit(name, 0, bases) is not None

    def is_decaying(self, name: str) -> bool:
        """Whether a gradient is fitted with a coefficient of its parameter, too."""
        return name.startswith("w") and self.network.weight_decay > 0

    def fit(self, name: str, position: int, bases: Sequence[Array]) -> Array | None:
        """Fit one gradient on one of the probes."""
        target, natural = self.submitted.gradients[name][position], self.natural[name][position]
        return fit(target, bases, natural, self.submitted.tolerance)

    def bases(
        self, way: Way, name: str, probe: int, target: Array, own: tuple[Fault, Override] | None = None
    ) -> list[Array] | None:
        """Arrays that a gradient is a combination of: data, the way's term, the fault's own, decayed weights."""
        traces = self.ways.traces(way, probe)
        fault, override = own or (None, None)
        found: list[Array | None]
        if override is None or (fault is not None and fault.term is not None):
            found = [self.ways.step(trace, name) for trace in traces]
            found += [evaluate(override, traces[0])] if override else []
        else:
            found = [evaluate(override, trace) for trace in traces]
        parameter = traces[0].values[name]
        if name.startswith("w") and traces[0].decay:
            found.append(parameter)
        shaped = []
        for value in found:
            laid_out = None if value is None else aligned(target, value, parameter.shape)
            if laid_out is None:
                return None
            shaped.append(laid_out)
        return shaped

    def branches(self, index: int, start: Way, way: Way, upstream: Array) -> list[Branch]:
        """Explain a layer's gradients given one way, for each factor that its delta may carry."""
        names = self.names(index)
        options = {name: self.options(way, name) for name in names}
        if way is not start and not any(options.values()):
            return []
        shared = [upstream, self.ones, *(o.factor for name in names for o in options[name] if not o.free)]
        free = (0, 1) if way.restarts else (0,)
        found: list[Branch] = []
        for position, factor in enumerate(shared):
            if any(same(factor, earlier) for earlier in shared[:position]):
                continue
            faults: list[Explained] = []
            if position not in free and not same(factor, upstream):
                named = self.factor_fault(f"delta{index}", factor / upstream, way)
                if named is None:
                    continue
                faults.append(named)
            chosen = {name: self.choose(options[name], name, factor, way) for name in names}
            explained = {name: option for name, option in chosen.items() if option is not None}
            missing = len(names) - len(explained)
            comes_to_nothing = all(one.free and self.cancels(name) for name, one in explained.items())
            if way is not start and missing and comes_to_nothing:
                continue  # one that does so by itself speaks for no other way
            faults += [fault for option in explained.values() for fault in option.faults]
            scalar = next((option.scalar for option in explained.values() if option.scalar[0]), ("", 0.0))
            cost = way.cost - start.cost + len(faults) + UNEXPLAINED * missing
            found.append(Branch(way, factor, tuple(faults), cost, frozenset(explained), scalar))
        left = max((option.residual for name in names for option in options[name]), default=0.0)
        return [
            replace(
                branch,
                faults=tuple(
                    replace(fault, residual=left)
                    for fault in (*self.way_faults(start, way, branch.scalar), *branch.faults)
                ),
            )
            for branch in cheapest(found)
        ]

    def cancels(self, name: str) -> bool:
        """Whether a gradient is a sum that comes to rounding errors, and not zero itself."""
        return any(target.any() for target in self.submitted.gradients[name])

    def choose(self, options: Iterable[Option], name: str, factor: Array, way: Way) -> Option | None:
        """Cheapest option of one gradient, given the factor that its delta carries."""
        best: Option | None = None
        for option in options:
            faults = list(option.faults)
            if not option.free and not same(option.factor, factor):
                named = self.factor_fault(name, option.factor / factor, way)
                if named is None:
                    continue
                faults.append(named)
            if best is None or len(faults) < len(best.faults):
                best = replace(option, faults=tuple(faults))
        return best

    def options(self, way: Way, name: str) -> list[Option]:
        """Every explanation of one gradient, given the way of its delta."""
        plain = self.option(way, name, None)
        if plain is not None and not plain.faults:
            return [plain]
        found = [] if plain is None else [plain]
        options = (self.option(way, name, entry) for entry in self.promising(way, name))
        return merged_options([*found, *(option for option in options if option is not None)])

    def promising(self, way: Way, name: str) -> Iterable[tuple[Fault, Override]]:
        """Entries of a gradient that may explain it, judged by two of its entries on one probe: few of many."""
        entries = self.ways.of_gradient(name)
        if way.terms or self.is_decaying(name):  # fitted with a coefficient of its own
            return entries
        target = self.submitted.gradients[name][0]
        laid = self.ways.laid(way, name, self.submitted.probes[0], target.shape)
        may_be = self.telling[name].may_be(laid)
        return (entry for entry, may in zip(entries, may_be, strict=True) if may or entry[0].term is not None)

    def option(self, way: Way, name: str, own: tuple[Fault, Override] | None) -> Option | None:
        """Fit one gradient on every probe, and say what each coefficient means."""
        rows, left = [], 0.0
        for position, target in enumerate(self.submitted.gradients[name]):
            bases = self.bases(way, name, self.submitted.probes[position], target, own)
            coefficients = None if bases is None else self.fit(name, position, bases)
            if bases is None or coefficients is None:
                return None
            rows.append(coefficients)
            left = max(left, residual(target, bases, coefficients, self.natural[name][position]))
        columns = np.array(rows).T if len({len(row) for row in rows}) == 1 else np.empty((0, 0))
        table = [settled(column) for column in columns]
        if not table or same(table[0], 0.0):
            return None
        faults: list[Explained] = []
        if name.startswith("w") and self.network.weight_decay and len(table) > 1:
            decay = self.decay_faults(way, name, table.pop())
            if decay is None:
                return None
            faults += decay
        if own is not None:
            fault, override = own
            overrides = {**way.all_overrides(), name: override}
            scalar = ""
            if fault.term is not None:  # of the gradient itself
                coefficient = table.pop()
                named = self.scalar(coefficient)
                if named is None:
                    return None
                scalar = named
                overrides[name] = _plus_term(name, override, float(coefficient[0]))
            faults.insert(0, Explained(name, fault, (name,), scalar, (), overrides))
        if not way.terms:
            return Option(tuple(faults), table[0], residual=left, free=bool(np.isnan(columns[0]).all()))
        step = -table.pop() / table[0]
        named = self.scalar(step)
        return None if named is None else Option(tuple(faults), table[0], (named, float(step[0])), left)

    def scalar(self, coefficient: Array) -> str | None:
        """Describe a fitted scalar; None if it follows no rule, or is zero and so not there."""
        return None if same(coefficient, 0.0) else describe(coefficient, self.sizes)

    def decay_faults(self, way: Way, name: str, coefficient: Array) -> list[Explained] | None:
        """What the fitted coefficient of the weights means: nothing, a fault, or (None) no rule at all."""
        right = np.array([self.ways.traces(way, probe)[0].decay for probe in self.submitted.probes])
        if same(coefficient / right, 1.0):
            return []
        site = f"decay{layer_of(name)}"
        for fault in CATALOGUE:
            if fault.factor is None or site not in fault.sites:
                continue
            if same(coefficient / right, [fault.factor(size) for size in self.sizes]):
                overrides = {**way.all_overrides(), site: fault.overrides(site)[0]}
                return [Explained(name, fault, (name,), "", (), overrides)]
        text = describe(coefficient, self.sizes)
        if text is None:
            return None
        overrides = {**way.all_overrides(), site: _times(site, float(coefficient[0] / right[0]))}
        return [Explained(name, BY_NAME["weight-decay-off-by-factor"], (name,), text, (), overrides)]

    def factor_fault(self, site: str, coefficients: Array, way: Way) -> Explained | None:
        """The fault of a step that is off by a factor; None where the factor follows no rule."""
        named: Named | None = name_factor(self.network, site, coefficients, self.sizes)
        if named is None:
            return None
        fault, *others = named.faults
        override = fault.overrides(site)[0] if fault.factor else _times(site, float(coefficients[0]))
        equal = tuple(other.name for other in others)
        return Explained(site, fault, (), named.text, equal, {**way.all_overrides(), site: override})

    def way_faults(self, start: Way, way: Way, scalar: tuple[str, float]) -> list[Explained]:
        """The faults that a way adds to where it started."""
        terms = {site: _plus_term(site, term, -scalar[1]) for site, term in way.terms.items()}
        overrides = {**way.all_overrides(), **terms}
        return [
            Explained(site, fault, (), scalar[0] if fault.term else "", (), overrides)
            for site, fault in way.faults[len(start.faults) :]
        ]

    def with_equals_of_way(self, index: int, start: Way, branch: Branch) -> Branch:
        """Give the last of the faults that a branch's way adds its equals."""
        last = len(branch.way.faults) - len(start.faults) - 1
        if last < 0:
            return branch
        equal = self.ways.equal(index, start, branch.way, self.submitted.probes)
        faults = [replace(one, equivalent=equal) if i == last else one for i, one in enumerate(branch.faults)]
        return replace(branch, faults=tuple(faults))

    def has_shape(self, way: Way, name: str) -> bool:
        """Whether a way gives a gradient the very shape that it was submitted in."""
        values = [self.ways.step(self.ways.traces(way, probe)[0], name) for probe in self.submitted.probes]
        pairs = zip(values, self.submitted.gradients[name], strict=True)
        return all(value is not None and value.shape == target.shape for value, target in pairs)

    def findings(self, forward: Way, output: Branch, hidden: Branch) -> Iterable[Explained]:
        """Put the branches together, and say what is left without a name."""
        for site, fault in forward.faults:
            yield Explained(site, fault, (), "", (), forward.all_overrides())
        lost = {index: [n for n in self.names(index) if n not in branch.explained] for index, branch in
                ((2, output), (1, hidden))}  # fmt: skip
        # what the hidden layer makes of delta2 tells whether delta2 is right
        vouched = bool(hidden.explained) and not hidden.faults and same(hidden.factor, 1.0)
        # a sum over the examples may come out right, or look like a fault, of a wrong delta2; the weights' product
        # doesn't: where nothing but the sum speaks for a way, nothing does
        sums_only = {*self.names(2)} - {*lost[2]} <= {"b2"}
        if sums_only and lost[2] and lost[1] and lost[1] == self.names(1):
            yield Explained("delta2", None, (*(self.names(2) if output.faults else lost[2]), *lost[1]))
            return
        for index, branch in ((2, output), (1, hidden)):
            yield from branch.faults
            if lost[index] == self.names(index) and lost[index] and not (index == 2 and vouched):
                yield Explained(f"delta{index}", None, tuple(lost[index]))
            else:
                yield from (Explained(name, None, (name,)) for name in lost[index])
            named = {name for explained in branch.faults for name in (explained.site, *explained.parameters)}
            for name in self.names(index):
                odd = name in self.submitted.wrong_shape & branch.explained and name not in named
                if odd and not self.has_shape(branch.way, name):
                    yield Explained(name, BY_NAME[_SHAPE_FAULTS[name[0]]], (name,))


def _plus_term(site: str, term: Override, coefficient: float) -> Override:
    """Right value of a step plus a fitted multiple of a term."""

    def override(trace: Trace) -> Array:
        return np.asarray(trace.right(site) + coefficient * term(trace))

    return override


def _times(site: str, factor: float) -> Override:
    """Right value of a step times a fitted factor."""
    return lambda trace: factor * trace.right(site)
