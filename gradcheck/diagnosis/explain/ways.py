"""
The ways in which a quantity can come about: right, or through one or two faults of the catalogue.

Everything here depends on the network and the probes alone, so it is computed once for a whole class.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck.diagnosis.explain.fitting import aligned
from gradcheck.faults import CATALOGUE, Fault, Layer, layer_of
from gradcheck.network.backward import Override, Trace
from gradcheck.network.forward import Array, Network

_NUMBERS = 4_000_000  # that are kept of all predictions together


@dataclass(frozen=True, eq=False)
class Way:
    """
    One way in which a quantity comes about.

    Attributes
    ----------
    network : Network
        The one asked for, or one with another activation.
    faults : tuple of (site, Fault)
        What is wrong with it; empty for the right way.
    overrides : mapping
        Steps overridden on the way from `parent`.
    terms : mapping
        Step to the override that gives its term with a free scalar, where the last fault has one.
    parent : Way or None
        The way that this one adds to.
    restarts : bool
        Whether it may lack the factor that the delta of the layer after it carries.
    """

    network: Network
    faults: tuple[tuple[str, Fault], ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    terms: Mapping[str, Override] = field(default_factory=dict)
    parent: Way | None = None
    restarts: bool = False

    @property
    def cost(self) -> float:
        """How many faults it takes."""
        return float(len(self.faults))

    def plus(self, site: str, fault: Fault, override: Override) -> Way:
        """Add one fault: a step overridden, or a term with a free scalar."""
        return Way(
            network=self.network,
            faults=(*self.faults, (site, fault)),
            overrides={} if fault.term else {site: override},
            terms={site: override} if fault.term else {},
            parent=self,
            restarts=self.restarts or site in ("grad_a1", "delta1"),
        )

    def all_overrides(self) -> dict[str, Override]:
        """Every step overridden, from the right way on."""
        return {**(self.parent.all_overrides() if self.parent else {}), **self.overrides}


class Ways:
    """
    Enumerates ways and evaluates them, once each.

    Parameters
    ----------
    network : Network
    probes : sequence of mapping
        Values `x y w1 b1 w2 b2` of each probe, in rows.
    """

    def __init__(self, network: Network, probes: Sequence[Mapping[str, Array]]) -> None:
        self.network = network
        self.probes = probes
        self._traces: dict[tuple[Way, int], list[Trace]] = {}
        self._steps: dict[tuple[Trace, str], Array | None] = {}
        self._laid: dict[tuple[tuple[object, ...], str, tuple[int, ...]], Array] = {}
        self._room = _NUMBERS
        self._entries: dict[str, list[tuple[Fault, Override]]] = {}
        self._single: dict[tuple[int, Way], list[Way]] = {}
        self._pairs: dict[tuple[int, Way], list[Way]] = {}
        self._forward: list[Way] = []

    def entries(self, site: str) -> list[tuple[Fault, Override]]:
        """Every variation of every entry at a site that is found by its value, in the order of the catalogue."""
        if site not in self._entries:
            self._entries[site] = [
                (fault, override)
                for fault in CATALOGUE
                if site in fault.sites and (fault.predictions or fault.term)
                if fault.applies(self.network, layer_of(site))
                for override in fault.overrides(site)
            ]
        return self._entries[site]

    def of_gradient(self, name: str) -> list[tuple[Fault, Override]]:
        """The entries of a gradient by itself; of weights that don't decay, also those of a decay."""
        decay = name.startswith("w") and not self.network.weight_decay
        return [*self.entries(name), *(self.entries(f"decay{layer_of(name)}") if decay else ())]

    def laid(self, way: Way, name: str, probe: int, shape: tuple[int, ...]) -> Array:
        """
        Evaluate every entry of a gradient on a probe, laid out in one shape.

        Returns
        -------
        ndarray (entries, size)
            In the order of `of_gradient`; NaN where a prediction can't be computed, or isn't of that shape.
        """
        trace = self.traces(way, probe)[0]
        entries = self.of_gradient(name)
        return self._kept(
            (trace,), name, probe, shape, lambda: [evaluate(override, trace) for _, override in entries]
        )

    def laid_each(self, ways: tuple[Way, ...], name: str, probe: int, shape: tuple[int, ...]) -> Array:
        """Evaluate a gradient each way (ways, size), in the same manner."""
        traces = [self.traces(way, probe)[0] for way in ways]
        return self._kept(
            ("each", *traces), name, probe, shape, lambda: [self.step(trace, name) for trace in traces]
        )

    def _kept(
        self,
        of: tuple[object, ...],
        name: str,
        probe: int,
        shape: tuple[int, ...],
        values: Callable[[], Sequence[Array | None]],
    ) -> Array:
        """Lay values of a gradient out in a shape, once as long as there is room to keep what comes of it."""
        key = (of, name, shape)
        if key in self._laid:
            return self._laid[key]
        rows = _in_shape(values(), shape, self.probes[probe][name].shape)
        if rows.size <= self._room:
            self._room -= rows.size
            self._laid[key] = rows
        return rows

    def forward(self) -> list[Way]:
        """The right forward pass, then those with one fault, each with the derivatives that may go with it."""
        if not self._forward:
            right = Way(self.network)
            self._forward = [right]
            for site in ("z1", "a1", "z2", "a2"):
                for fault, override in self.entries(site):
                    self._forward += _consistent(right.plus(site, fault, override), site, fault)
            self._forward += self._both_layers(right)
        return self._forward

    def _both_layers(self, right: Way) -> list[Way]:
        """One mistake in code that both layers share: the same entry, in the same variation, at z1 and z2."""
        return [
            right.plus("z1", fault, override).plus("z2", fault, other)
            for fault in CATALOGUE
            for override, other in zip(self._variations(fault, "z1"), self._variations(fault, "z2"), strict=False)
        ]

    def _variations(self, fault: Fault, site: str) -> list[Override]:
        return [override for one, override in self.entries(site) if one is fault]

    def single(self, index: int, start: Way) -> list[Way]:
        """
        Ways in which a layer's delta can come about with at most one fault.

        What flows in times the slope, one of them wrong; or the delta overridden as a whole.
        """
        if (index, start) not in self._single:
            entries = (self._of_layer(step, index) for step in ("grad_a", "slope", "delta"))
            self._single[index, start] = [start, *(start.plus(*one) for one in itertools.chain(*entries))]
        return self._single[index, start]

    def pairs(self, index: int, start: Way) -> list[Way]:
        """Ways with two faults: of what flows in and of the slope, or of either and of a delta that uses it."""
        if (index, start) not in self._pairs:
            incoming, slope = (self._computable(index, start, f"{step}{index}") for step in ("grad_a", "slope"))
            entries = {step: self._of_layer(step, index) for step in ("slope", "delta")}
            pairs = [first.plus(*one) for first in incoming for one in entries["slope"]]
            for ways in filter(None, (incoming, slope)):
                site = ways[0].faults[-1][0]
                reading = [one for one in entries["delta"] if self._reads(start, one[2], site)]
                pairs += [first.plus(*one) for first in ways for one in reading]
            self._pairs[index, start] = pairs
        return self._pairs[index, start]

    def _computable(self, index: int, start: Way, site: str) -> list[Way]:
        """The ways with a step wrong that has a value at all: what is made of one without has none either."""
        ways = [way for way in self.single(index, start) if way is not start and way.faults[-1][0] == site]
        return [way for way in ways if self.step(self.traces(way, 0)[0], site) is not None]

    def _of_layer(self, step: str, index: int) -> list[tuple[str, Fault, Override]]:
        site = f"{step}{index}"
        return [(site, fault, override) for fault, override in self.entries(site)]

    def _reads(self, start: Way, override: Override, site: str) -> bool:
        """Whether a prediction uses the value of a step."""
        trace = Trace(start.network, self.probes[0], {**start.all_overrides(), site: _AskedError.raise_it})
        try:
            evaluate(override, trace)
        except _AskedError:
            return True
        return False

    def traces(self, way: Way, probe: int) -> list[Trace]:
        """The trace of a way on a probe, and one for each of its terms."""
        key = (way, probe)
        if key not in self._traces:
            if way.parent is None or way.network is not way.parent.network:
                main = [Trace(way.network, self.probes[probe], way.all_overrides())]
            else:
                main = [trace.fork(way.overrides) for trace in self.traces(way.parent, probe)]
            self._traces[key] = [*main, *(main[0].fork({site: term}) for site, term in way.terms.items())]
        return self._traces[key]

    def step(self, trace: Trace, site: str) -> Array | None:
        """Value of a step; None where it can't be computed."""
        key = (trace, site)
        if key not in self._steps:
            self._steps[key] = evaluate(lambda t: t.step(site), trace)
        return self._steps[key]

    def equal(self, index: int, start: Way, way: Way, probes: Sequence[int]) -> tuple[str, ...]:
        """Entries that would do what the last fault of a way does, with the same delta on all of these probes."""
        fault = way.faults[-1][1]
        names: list[str] = []
        for twin in (*self.single(index, start), *(self.pairs(index, start) if len(way.faults) > 1 else ())):
            if len(twin.faults) != len(way.faults) or twin.faults[:-1] != way.faults[:-1]:
                continue
            name = twin.faults[-1][1].name
            if name in (fault.name, *names) or bool(twin.terms) != bool(way.terms):
                continue
            if all(self._agree(way, twin, f"delta{index}", probe) for probe in probes):
                names.append(name)
        return tuple(names)

    def _agree(self, way: Way, twin: Way, site: str, probe: int) -> bool:
        """Whether a step has the same value both ways; what is rounding beside the right value is zero."""
        natural = self.step(self.traces(self.forward()[0], probe)[0], site)
        zero = 0.0 if natural is None else float(np.abs(natural).max(initial=0.0))
        pairs = zip(self.traces(way, probe), self.traces(twin, probe), strict=True)
        for one, other in ((self.step(a, site), self.step(b, site)) for a, b in pairs):
            if one is None or other is None or one.shape != other.shape:
                return False
            scale = max(zero, float(np.abs(one).max(initial=0.0)))
            if not np.allclose(one, other, rtol=1e-10, atol=1e-12 * scale):
                return False
        return True


class _AskedError(Exception):
    """A step that must not be asked for has been."""

    @classmethod
    def raise_it(cls, trace: Trace) -> Array:
        raise cls


def evaluate(override: Override, trace: Trace) -> Array | None:
    """A prediction as an array; None where shapes forbid it or it isn't finite, of which numpy may warn."""
    try:
        value = np.asarray(override(trace), dtype=float)
    except (ValueError, IndexError, TypeError):
        return None
    return value if np.isfinite(value).all() else None


def _in_shape(values: Sequence[Array | None], shape: tuple[int, ...], parameter: tuple[int, ...]) -> Array:
    """Lay values out as rows (values, size) of one shape; NaN where there is none or it can't be that."""
    like = np.broadcast_to(0.0, shape)  # a submission may have sent any, however large
    laid = [None if value is None else aligned(like, value, parameter) for value in values]
    nothing = np.broadcast_to(np.nan, (len(laid), like.size))
    if all(found is None for found in laid):
        return nothing
    rows = nothing.copy()
    for row, found in zip(rows, laid, strict=True):
        if found is not None:
            row[:] = found.ravel()
    return rows


def _consistent(way: Way, site: str, fault: Fault) -> list[Way]:
    """A forward fault with the derivatives that a program with it may have."""
    if site.startswith("z"):
        return [way]
    index = layer_of(site)
    kind = "identity" if fault.name == "activation-missing" else fault.name.removeprefix("activation-is-")
    ways = []
    if kind != fault.name:
        changed: dict[str, Any] = {"hidden_activation" if index == 1 else "output_activation": kind}
        slope = {} if kind == "softmax" else {f"slope{index}": _slope_of(kind, index)}
        ways.append(replace(way, network=replace(way.network, **changed), overrides={**way.overrides, **slope}))
    ways.append(replace(way, overrides={**way.overrides, f"slope{index}": _SLOPE_BY_OUTPUT[index]}))
    return [*ways, way]


def _slope_of(kind: str, index: int) -> Override:
    """Derivative of another activation than the layer's, at its pre-activation."""

    def override(trace: Trace) -> Array:
        layer = Layer(trace, index)
        return layer.by_input(layer.z, kind)

    return override


_SLOPE_BY_OUTPUT: Mapping[int, Override] = {
    1: lambda trace: Layer(trace, 1).by_output(trace.a1),
    2: lambda trace: Layer(trace, 2).by_output(trace.a2),
}
