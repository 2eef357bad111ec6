"""Which network a program computes, by the values that were seen while it ran."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.diagnosis.explain import losses
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.network.backward import gradients
from gradcheck.network.forward import Array, Network, forward, loss
from gradcheck.submissions.job import Event

# float32 programs agree to this; generic values don't
_TOLERANCE = 3e-6
_ENOUGH = 0.9  # of the entries: of what runs in a loop only the first values are kept
HIDDEN = ("sigmoid", "tanh", "relu", "identity")
GIVEN_DECAY = 0.3
"""Weight decay that a contract hands over where a program takes one."""
OUTPUT = ("softmax", "sigmoid", "tanh", "relu", "identity")


@dataclass(frozen=True)
class Seen:
    """
    Values of one watched run.

    Attributes
    ----------
    by_size : mapping
        Size to the values of that size, each sorted.
    pool : ndarray
        All numbers, sorted.
    """

    by_size: Mapping[int, list[Array]]
    pool: Array

    @classmethod
    def of(cls, events: Sequence[Event]) -> Seen:
        """Sort the values of a run."""
        by_size: dict[int, list[Array]] = {}
        for event in events:
            if np.isfinite(event.value).all():
                by_size.setdefault(event.value.size, []).append(np.sort(event.value.ravel()))
        everything = [value for values in by_size.values() for value in values]
        return cls(by_size, np.sort(np.concatenate(everything)) if everything else np.zeros(0))

    def has(self, quantity: Array) -> bool:
        """Whether a quantity was computed, in whatever order and shape, or its entries one by one."""
        wanted = np.sort(quantity.ravel())
        if not wanted.any():  # zeros are everywhere
            return False
        scale = _TOLERANCE * max(1e-3, float(np.abs(wanted).max(initial=0.0)))
        if any(np.abs(value - wanted).max() <= scale for value in self.by_size.get(wanted.size, ())):
            return True
        if not self.pool.size or (wanted == 0.0).any():
            return False
        at = np.searchsorted(self.pool, wanted)
        near = np.minimum(
            np.abs(self.pool[np.minimum(at, self.pool.size - 1)] - wanted), np.abs(self.pool[at - 1] - wanted)
        )
        return bool((near <= scale).mean() >= _ENOUGH)


def networks(hidden_bias: bool, output_bias: bool) -> Iterator[Network]:
    """All networks that there are, their losses aside; those that say most about what was seen first."""
    for hidden in HIDDEN:
        for output in OUTPUT:
            yield Network(
                hidden_activation=hidden,
                output_activation=output,
                hidden_bias=hidden_bias,
                output_bias=output_bias,
            )


def recognise(
    seen: Sequence[Seen], values: Sequence[Mapping[str, Array]], hidden_bias: bool, output_bias: bool
) -> Network | None:
    """
    Find the network whose a1 and a2 a program computed in every run.

    Parameters
    ----------
    seen : sequence of Seen
    values : sequence of mapping
        `x y w1 b1 w2 b2` of each run, in rows.
    hidden_bias, output_bias : bool

    Returns
    -------
    Network or None
    """
    for network in networks(hidden_bias, output_bias):
        if values[0]["y"].shape[1] == 1 and network.output_activation == "softmax":
            continue
        passes = [forward(network, one) for one in values]
        if all(one.has(made.a1) and one.has(made.a2) for one, made in zip(seen, passes, strict=True)):
            return network
    return None


def uses_targets(seen: Sequence[Seen], values: Sequence[Mapping[str, Array]], network: Network) -> bool:
    """Whether the outputs were compared with the targets."""
    return all(
        any(one.has(sign * (forward(network, given).a2 - given["y"])) for sign in (1, -1))
        for one, given in zip(seen, values, strict=True)
    )


def own_losses(
    events: Sequence[Sequence[Event]], values: Sequence[Mapping[str, Array]], network: Network
) -> list[tuple[int, Network]]:
    """
    Find single numbers that are a known loss of the network in every run, with whatever weight decay.

    Returns
    -------
    list of (int, Network)
        Node of the expression, and the network with that loss and weight decay, the last computed first.
    """
    last = [
        {event.node: float(event.value.ravel()[0]) for event in some if event.value.size == 1} for some in events
    ]
    shared = [node for node in last[0] if all(node in one for one in last[1:])]
    found = []
    known = [(one, [float(loss(one, given)) for given in values]) for one in losses.alternatives(network)]
    squares = [float((given["w1"] ** 2).sum() + (given["w2"] ** 2).sum()) for given in values]
    for node in reversed(shared):
        for candidate, right in known:
            rest = [one[node] - value for one, value in zip(last, right, strict=True)]
            if all(abs(more) <= 1e-6 * abs(value) for more, value in zip(rest, right, strict=True)):
                found.append((node, candidate))
                break
            factors = [2 * more / square for more, square in zip(rest, squares, strict=True)]
            decayed = _with_decay(candidate, factors, values)
            if decayed is not None:
                found.append((node, decayed))
                break
    return found


def final(own: Sequence[tuple[int, Network]], program: Program) -> list[tuple[int, Network]]:
    """Leave out the losses that others are computed of: a sum before it is divided, data's part before decay's."""
    by_node = dict(own)
    inside = [
        (network, by_node[inner])
        for node, network in own
        for part in ast.walk(program.nodes[node])
        if (inner := program.number(part)) in by_node
    ]
    names = {node: _name(program, node) for node in by_node}
    one_after_another = [
        (by_node[one], by_node[other])
        for one, other in itertools.permutations(by_node, 2)
        if names[one] and names[one] == names[other]
    ]
    parts = {part for whole, part in (*inside, *one_after_another) if _completes(whole, part)}
    return [(node, network) for node, network in own if network not in parts]


def _name(program: Program, number: int) -> str:
    """What has a value, or is given it: `cost /= n` goes on with what `cost = ...` began."""
    node = program.nodes[number]
    if isinstance(node, ast.Name):
        return node.id
    statement = node if isinstance(node, ast.stmt) else program.statement(node)
    given = targets(statement) if statement is not None else []
    is_given = node in (statement, getattr(statement, "value", None))
    return program.segment(given[0]) if len(given) == 1 and is_given else ""


def _completes(whole: Network, part: Network) -> bool:
    """Whether a loss is another one divided by the examples, or with weight decay; not a sum over batches."""
    divided = whole.loss_scale.per_example and not part.loss_scale.per_example
    decayed = bool(whole.weight_decay) and not part.weight_decay
    return whole.loss == part.loss and (divided or decayed)


def _with_decay(
    network: Network, factors: Sequence[float], values: Sequence[Mapping[str, Array]]
) -> Network | None:
    """The network with weight decay, if its factor is one number, or one divided by the examples, in every run."""
    for per_example in (False, True):
        examples = [float(given["x"].shape[0]) if per_example else 1.0 for given in values]
        plain = [factor * n for factor, n in zip(factors, examples, strict=True)]
        if plain[0] > 1e-9 and np.ptp(plain) <= 1e-6 * plain[0]:
            scale = replace(network.weight_decay_scale, per_example=per_example)
            return replace(network, weight_decay=float(f"{plain[0]:.6g}"), weight_decay_scale=scale)
    return None


@dataclass(frozen=True)
class Fit:
    """
    A network with the loss that gradients belong to.

    Attributes
    ----------
    network : Network
    agreeing : int
        How many parameters' gradients are its own.
    sign : float
        -1 where it is the negated gradients that are.
    """

    network: Network
    agreeing: int
    sign: float = 1.0


def fits(
    network: Network,
    values: Sequence[Mapping[str, Array]],
    submitted: Sequence[Mapping[str, Array]],
    own: Sequence[Network] = (),
) -> Iterator[Fit]:
    """
    Enumerate losses with which gradients agree, those of most gradients first.

    Parameters
    ----------
    network : Network
    values : sequence of mapping
        `x y w1 b1 w2 b2` of each run, in rows.
    submitted : sequence of mapping
        `w1 b1 w2 b2` to the gradient, in rows, of each run.
    own : sequence of Network
        Losses that the program computes, with their weight decay.
    """
    found = []
    for candidate in dict.fromkeys([*losses.alternatives(network), *own]):
        with np.errstate(all="ignore"):
            right = [gradients(candidate, one) for one in values]
        for sign in (1.0, -1.0):
            agreeing = _agreeing(candidate, submitted, right, sign)
            if agreeing:
                found.append(Fit(candidate, agreeing, sign))
        if candidate.weight_decay == 0:
            for decayed in _decayed(candidate, values, submitted, right):
                right = [gradients(decayed, one) for one in values]
                found.append(Fit(decayed, _agreeing(decayed, submitted, right)))
    # what is left over in proportion to the weights is hardly there by chance
    yield from sorted(found, key=lambda fit: (-fit.agreeing, fit.sign < 0, not fit.network.weight_decay))


def _agreeing(
    network: Network,
    submitted: Sequence[Mapping[str, Array]],
    right: Sequence[Mapping[str, Array]],
    sign: float = 1.0,
) -> int:
    """How many gradients are the right ones, or those with the other sign, in every run."""
    return sum(
        all(
            name in one and close(sign * one[name], other[name])
            for one, other in zip(submitted, right, strict=True)
        )
        for name in network.parameters
    )


def _decayed(
    network: Network,
    values: Sequence[Mapping[str, Array]],
    submitted: Sequence[Mapping[str, Array]],
    right: Sequence[Mapping[str, Array]],
) -> Iterator[Network]:
    """The network with weight decay, if that is all that the gradients of the weights have more."""
    found = [_factors(name, values, submitted, right) for name in ("w1", "w2")]
    both = [factor for factors in found for factor in factors]
    if all(found):
        decayed = _with_decay(network, both, [*values, *values])
        if decayed is not None:
            yield decayed
            return
    # one layer alone may be trusted only where its factor comes of the weight decay that was handed over
    for factors in found:
        decayed = _with_decay(network, factors, values) if factors else None
        if decayed is not None and decayed.weight_decay / GIVEN_DECAY in (0.5, 1.0, 2.0):
            yield decayed


def _factors(
    name: str,
    values: Sequence[Mapping[str, Array]],
    submitted: Sequence[Mapping[str, Array]],
    right: Sequence[Mapping[str, Array]],
) -> list[float]:
    """What a gradient has more than the right one, as a multiple of the weights, in every run; or nothing."""
    factors = []
    for given, one, other in zip(values, submitted, right, strict=True):
        if name not in one or one[name].shape != other[name].shape:
            return []
        rest, weights = one[name] - other[name], given[name]
        factor = float((rest * weights).sum() / (weights**2).sum())
        if abs(factor) < 1e-9 or np.abs(rest - factor * weights).max() > 1e-8 * np.abs(one[name]).max():
            return []
        factors.append(factor)
    return factors


def close(one: Array, other: Array, tolerance: float = 1e-5) -> bool:
    """As equal as float32 allows."""
    if one.shape != other.shape:
        return False
    return bool(
        np.abs(one - other).max(initial=0.0) <= tolerance * max(1e-300, float(np.abs(other).max(initial=0.0)))
    )
