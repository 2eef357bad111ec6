"""How likely an edit is to be the one, by what it makes of its expression's value."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import isfinite

from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.quantities import NOTHING, PLAIN, is_term
from gradcheck.diagnosis.repair.evaluating import Outcome

_CLOSE = 1e-5
_RESCALES = -0.5  # it undoes exactly the factor that the gradients are off by
_ODD_FACTOR = 0.5  # the right quantity, with a factor that nothing else in the program has
_OF_OUTPUTS = ("a2 - y", "delta2", "grad_a2", "slope2")
# of which a derivative's `1 - a` is none, though where the sign of z is wrong it has the value of one
_ACTIVATIONS = ("a1", "a2")
_EMPTY = 1.0  # nothing, or a number in the place of an array
_KNOWN = 0.8  # a quantity that the program has already,
_TERM_KNOWN = 1.4  # or something of which it is a sum


class Weights:
    """
    Weighs edits of one version of a program.

    Parameters
    ----------
    carried : mapping
        Parameter to the factor of its submitted gradient over the right one, one a probe; None if there is none.
    observations : sequence of Observation
        What the program computes as it is, one a probe.
    """

    def __init__(self, carried: Mapping[str, Sequence[float | None]], observations: Sequence[Observation]) -> None:
        self.carried, self.observations = carried, observations
        gradients = [factors for name, factors in carried.items() if name != "loss"]
        self.unclear = any(factor is None for factors in gradients for factor in factors)
        self.negative = any(factor is not None and factor < 0 for factors in gradients for factor in factors)
        self.rescaled = not self.unclear and any(not _same(1.0, f) for some in gradients for f in some if f)
        one_each = zip(*gradients, strict=True)  # probe by probe
        self.uniform = self.rescaled and all(_same(f or 0.0, one[0] or 0.0) for one in one_each for f in one)
        self.present: list[dict[str, set[float]]] = []
        for observation in observations:
            named: dict[str, set[float]] = {}
            pairs = ((number, observation.match(number)) for number in observation.values)
            matches = {number: match for number, match in pairs if match is not None}
            # with cross-entropy a2 - y is delta2, but where dloss/da2 is made of it, only a part of that
            by_parts = any("grad_a2" in match.names and "a2 - y" not in match.names for match in matches.values())
            for number, match in matches.items():
                rest = _is_rest_of_one(observation.program.nodes[number])
                for name in match.names:
                    within = by_parts and name == "delta2" and "a2 - y" in match.names
                    if not within and not (rest and name in _ACTIVATIONS):
                        named.setdefault(name, set()).add(round(abs(match.factor_of(name)), 6))
            self.present.append(named)

    def weigh(self, outcome: Outcome) -> float | None:
        """
        Give the weight of an edit, the less the likelier; None if it can't be right.

        An edit that changes a quantity only by a factor must undo the factor that some gradient is off by, and so
        must one that changes a number, which may be a divisor; one that makes a forward quantity must make it
        without a factor.
        """
        if outcome.scales and not all(match and match.name != PLAIN for match in outcome.then):
            ways = (outcome.scales, [1 / scale for scale in outcome.scales])
            undoes = any(self._undoes(scales, outcome.probes) for scales in ways)
            return outcome.edit.cost + _RESCALES if undoes else None
        if not outcome.makes_sense:
            return None
        rescales = [
            then.factor / now.factor if now and then and now.name in then.names else None
            for now, then in zip(outcome.now, outcome.then, strict=True)
        ]
        if all(scale is not None and _same(scale, 1.0) for scale in rescales):
            # the same in another order or shape, which may be all that is wrong, but hardly of zeros
            nothing = all(match and match.name == NOTHING for match in outcome.then)
            return outcome.edit.cost + (_EMPTY if nothing else _KNOWN if outcome.begins_alike else 0.0)
        if all(rescales) and outcome.then[0] and not outcome.then[0].exact:
            if self._undoes(rescales, outcome.probes):
                return outcome.edit.cost + _RESCALES
            turned = [-scale for scale in rescales if scale and not _same(abs(scale), 1.0)]
            if len(turned) == len(rescales) and self._undoes(turned, outcome.probes):
                return outcome.edit.cost + _ODD_FACTOR  # all but the sign, which another mistake may have turned
            if self._is_right(outcome.then[0].name) and not self._completes_loss(outcome):
                return None
            pairs = zip(outcome.then, outcome.probes, strict=True)
            if all(then and self._decays(then, probe) for then, probe in pairs):
                return outcome.edit.cost
            return outcome.edit.cost + _ODD_FACTOR if self.unclear or self._completes_loss(outcome) else None
        unscales = all(
            now and then and now.name in then.names and (now.scaled or _is_turned(now, then))
            for now, then in zip(outcome.now, outcome.then, strict=True)
        )
        weight = outcome.edit.cost + (_RESCALES - _KNOWN) * unscales
        for place, match in zip(outcome.probes, outcome.then, strict=True):
            if match is None or match.scaled:
                return None
            weight += self._oddity(match, place) / len(outcome.probes)
        return weight

    @cached_property
    def shared(self) -> tuple[float, ...]:
        """The one factor, for each probe, of all gradients that are off by one; () if it isn't of several."""
        gradients = [factors for name, factors in self.carried.items() if name != "loss"]
        known = [tuple(f for f in some if f) for some in gradients]
        whole = [one for one, some in zip(known, gradients, strict=True) if one and len(one) == len(some)]
        off = [some for some in whole if not all(_same(1.0, factor) for factor in some)]
        alike = all(_same(one, other) for some in off[1:] for one, other in zip(some, off[0], strict=True))
        return off[0] if len(off) > 1 and alike else ()

    @cached_property
    def wrong(self) -> frozenset[str]:
        """Parameters whose gradients aren't right."""
        right = {name for name, some in self.carried.items() if all(f is not None and _same(1.0, f) for f in some)}
        return frozenset(self.carried.keys() - right - {"loss"})

    def _is_right(self, name: str) -> bool:
        """Whether a quantity is a gradient that is right as submitted, or what right ones are made of."""
        direct = name.startswith(("gradient ", "undecayed "))
        made = [name[-2:]] if direct else ["w2", "b2"] if name in _OF_OUTPUTS else []
        factors = [factor for one in made for factor in self.carried.get(one, ())]
        return bool(factors) and all(factor is not None and _same(1.0, factor) for factor in factors)

    @property
    def of_loss(self) -> tuple[float, ...]:
        """The factor, for each probe, of the loss that the program shows, if no gradient is wrong; else ()."""
        factors = tuple(factor for factor in self.carried["loss"] if factor and isfinite(factor))
        known = len(factors) == len(self.carried["loss"])
        return factors if known and self.loss_is_wrong and not self.wrong else ()

    @property
    def loss_is_wrong(self) -> bool:
        """Whether the loss that the program shows is another one's."""
        return any(factor is not None and not _same(1.0, factor) for factor in self.carried["loss"])

    def _completes_loss(self, outcome: Outcome) -> bool:
        """Whether a term of a wrong loss becomes right: a sum isn't off by the factor that one of its terms is."""
        return self.loss_is_wrong and all(
            match is not None and match.of_loss and any(_same(match.factor_of(name), 1.0) for name in match.names)
            for match in outcome.then
        )

    def _undoes(self, rescales: Sequence[float | None], probes: Sequence[int]) -> bool:
        """Whether some gradient is off by exactly the inverse on every probe."""
        for factors in self.carried.values():
            pairs = [
                (factors[probe], scale)
                for probe, scale in zip(probes, rescales, strict=True)
                if probe < len(factors)
            ]
            if all(f is not None and s is not None and _same(f * s, 1.0) for f, s in pairs) and pairs:
                return True
        return False

    def _decays(self, match: Match, probe: int) -> bool:
        """Whether a value is what is added to a weight's gradient, or taken away, for its decay."""
        decay = self.observations[probe].table.trace.decay
        return decay != 0 and match.name in ("w1", "w2") and round(abs(match.factor), 6) == round(decay, 6)

    def _oddity(self, match: Match, probe: int) -> float:
        """How unlikely it is that just this quantity, with this factor, is missing."""
        present = self.present[probe]
        if match.name in (NOTHING, PLAIN):
            return _EMPTY
        factor = round(abs(match.factor), 6)
        if self._decays(match, probe) and factor not in present.get(match.name, ()):
            return 0.0  # what is to be added to a gradient
        if match.name in present:
            return _TERM_KNOWN if is_term(match.name) else _KNOWN
        usual = {
            round(factor, 6)
            for name, some in present.items()
            if "delta" in name or "grad" in name
            for factor in some
        }
        plain = not usual and self.observations[probe].table.is_plain(match.factor)  # nothing to compare it with
        known = match.forward or factor in usual | {1.0}
        return 0.0 if known or plain else _ODD_FACTOR


def _is_turned(now: Match, then: Match) -> bool:
    """Whether a step of the forward pass gets another sign."""
    return now.forward and _same(now.factor, -then.factor_of(now.name))


def _is_rest_of_one(node: ast.AST) -> bool:
    """Whether an expression is `1 - a`."""
    left = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) else None
    return isinstance(left, ast.Constant) and left.value == 1


def _same(one: float, other: float) -> bool:
    return abs(one - other) < _CLOSE
