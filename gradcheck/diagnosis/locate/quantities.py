"""The quantities of one pass that are worth recognising: names and formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, entry_losses

NOTHING = "nothing"  # zeros: what is not to be there
PLAIN = "a plain number"  # a factor that people write: 1, 2, n, 1/n, ...

_FORWARD: Mapping[str, Callable[[Trace], Any]] = {
    "x": lambda t: t.x,
    "y": lambda t: t.y,
    "w1": lambda t: t.w1,
    "b1": lambda t: t.b1,
    "w2": lambda t: t.w2,
    "b2": lambda t: t.b2,
    "z1": lambda t: t.z1,
    "a1": lambda t: t.a1,
    "z2": lambda t: t.z2,
    "a2": lambda t: t.a2,
    "1 - y": lambda t: 1 - t.y,
    "x w1": lambda t: t.x @ t.w1,
    "a1 w2": lambda t: t.a1 @ t.w2,
}
_PARTS: Mapping[str, Callable[[Any, Any], Any]] = {
    # of (z, a): what activations and their derivatives are put together from
    "exp(-z{})": lambda z, a: np.exp(-z),
    "1 + exp(-z{})": lambda z, a: 1 + np.exp(-z),
    "exp(z{})": lambda z, a: np.exp(z),
    "exp(z{} - max)": lambda z, a: np.exp(z - z.max(axis=1, keepdims=True)),
    "max z{}": lambda z, a: z.max(axis=1, keepdims=True),
    "z{} - max": lambda z, a: z - z.max(axis=1, keepdims=True),
    "Σ exp(z{})": lambda z, a: np.exp(z).sum(axis=1, keepdims=True),
    "Σ exp(z{} - max)": lambda z, a: np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True),
    "log Σ exp(z{})": lambda z, a: np.log(np.exp(z).sum(axis=1, keepdims=True)),
    "log Σ exp(z{} - max)": lambda z, a: np.log(
        np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    ),
    "1 - a{}": lambda z, a: 1 - a,
    "a{}²": lambda z, a: a**2,
    "tanh(z{}/2)": lambda z, a: np.tanh(z / 2),
    "sigmoid(2 z{})": lambda z, a: (1 + np.tanh(z)) / 2,
}
_PART_NAMES = frozenset(name.format(layer) for name in _PARTS for layer in "12")
_BACKWARD: Mapping[str, Callable[[Trace], Any]] = {
    "a2 - y": lambda t: t.a2 - t.y,
    "grad_a2": lambda t: t.grad_a2,
    "slope2": lambda t: t.slope2,
    "delta2": lambda t: t.delta2,
    "gradient w2": lambda t: t.gradient("w2"),
    "gradient b2": lambda t: t.gradient("b2"),
    "grad_a1": lambda t: t.grad_a1,
    "slope1": lambda t: t.slope1,
    "delta1": lambda t: t.delta1,
    "gradient w1": lambda t: t.gradient("w1"),
    "gradient b1": lambda t: t.gradient("b1"),
    "Jacobian of a2": lambda t: _jacobian(t.a2) if _is_softmax(t) else np.zeros(0),
    "Σ grad_a2 a2": lambda t: (t.grad_a2 * t.a2).sum(axis=1, keepdims=True) if _is_softmax(t) else np.zeros(0),
    "grad_a2 - Σ grad_a2 a2": lambda t: t.delta2 / t.a2 if _is_softmax(t) else np.zeros(0),
    "undecayed w2": lambda t: t.step("w2"),
    "undecayed w1": lambda t: t.step("w1"),
    "y / a2": lambda t: t.y / t.a2,
    "(1 - y) / (1 - a2)": lambda t: (1 - t.y) / (1 - t.a2),
    "(a2 - y)²": lambda t: (t.a2 - t.y) ** 2,
    "grad_a2 a2": lambda t: t.grad_a2 * t.a2,
    "grad_a2 a2²": lambda t: t.grad_a2 * t.a2**2,
    "grad_a2 (1 - a2)": lambda t: t.grad_a2 * (1 - t.a2),
    "grad_a1 a1": lambda t: t.grad_a1 * t.a1,
    "grad_a1 a1²": lambda t: t.grad_a1 * t.a1**2,
    "grad_a1 (1 - a1)": lambda t: t.grad_a1 * (1 - t.a1),
    "w2 slope1": lambda t: t.w2.T[None] * t.slope1[:, None] if t.n == 1 else np.zeros(0),
}
# what a loss is put together from; the logarithms are those of outputs that are probabilities
_LOSS: Mapping[str, Callable[[Trace], Any]] = {
    "log a2": lambda t: np.log(t.a2),
    "log(1 - a2)": lambda t: np.log(1 - t.a2),
    "a2 of the labels": lambda t: (t.y * t.a2).sum(axis=1) if _is_softmax(t) else np.zeros(0),
    "y log a2": lambda t: t.y * np.log(t.a2),
    "(1 - y) log(1 - a2)": lambda t: (1 - t.y) * np.log(1 - t.a2),
    "entries of the loss": lambda t: entry_losses(t.network, t.z2, t.a2, t.y),
    "losses of the examples": lambda t: entry_losses(t.network, t.z2, t.a2, t.y).sum(axis=1),
    "w1²": lambda t: t.w1**2,
    "w2²": lambda t: t.w2**2,
    "Σ w1²": lambda t: (t.w1**2).sum(),
    "Σ w2²": lambda t: (t.w2**2).sum(),
    "Σ w1² + Σ w2²": lambda t: (t.w1**2).sum() + (t.w2**2).sum(),
    "weight decay of w1": lambda t: _weight_decay(t, t.w1),
    "weight decay of w2": lambda t: _weight_decay(t, t.w2),
    "weight decay": lambda t: _weight_decay(t, t.w1, t.w2),
    "loss without weight decay": lambda t: t.loss,
    "loss": lambda t: t.loss + _weight_decay(t, t.w1, t.w2),
    PLAIN: lambda t: 1.0,
}
INPUTS = ("x", "y", "w1", "b1", "w2", "b2")
TOGETHER = ("w1 and b1", "w2 and b2")  # weights with their bias
GRADIENTS = ("gradient w2", "gradient b2", "gradient w1", "gradient b1")
SPINE = ("z1", "a1", "z2", "a2", "delta2", "delta1")  # what every right program has
STEPS = (  # of the pass, one made from those before it
    *("x w1", "z1", "exp(-z1)", "1 + exp(-z1)", "a1"),
    *("a1 w2", "z2", "exp(-z2)", "1 + exp(-z2)", "a2"),
    *("a2 - y", "grad_a2", "slope2", "delta2", "grad_a1", "slope1", "delta1"),
)
# with the bias as a further weight, first or last
_JOINED: Mapping[str, Callable[[Trace], tuple[Any, Any, int]]] = {
    "x and 1": lambda t: (t.x, np.ones((t.n, 1)), 1),
    "a1 and 1": lambda t: (t.a1, np.ones((t.n, 1)), 1),
    "w1 and b1": lambda t: (t.w1, t.b1, 0),
    "w2 and b2": lambda t: (t.w2, t.b2, 0),
    "w1 and 0": lambda t: (t.w1, 0 * t.b1, 0),  # what decays of them
    "w2 and 0": lambda t: (t.w2, 0 * t.b2, 0),
    "gradient w1 and b1": lambda t: (t.gradient("w1"), t.gradient("b1"), 0),
    "gradient w2 and b2": lambda t: (t.gradient("w2"), t.gradient("b2"), 0),
    "undecayed w1 and b1": lambda t: (t.step("w1"), t.step("b1"), 0),
    "undecayed w2 and b2": lambda t: (t.step("w2"), t.step("b2"), 0),
}


# what a sum is made of, one product after another, where numbers are multiplied one by one
_TERMS: Mapping[str, Callable[[Trace], Any]] = {
    "terms of z1": lambda t: t.x[:, :, None] * t.w1,
    "terms of z2": lambda t: t.a1[:, :, None] * t.w2,
    "terms of grad_a1": lambda t: t.delta2[:, None, :] * t.w2,
    "terms of gradient w2": lambda t: t.a1[:, :, None] * t.delta2[:, None, :],
    "terms of gradient w1": lambda t: t.x[:, :, None] * t.delta1[:, None, :],
    # with the bias as a further weight
    "terms of z1 with b1": lambda t: _with_bias(t.x[:, :, None] * t.w1, t.b1),
    "terms of z2 with b2": lambda t: _with_bias(t.a1[:, :, None] * t.w2, t.b2),
    "terms of gradient w2 and b2": lambda t: _with_bias(t.a1[:, :, None] * t.delta2[:, None, :], t.delta2),
    "terms of gradient w1 and b1": lambda t: _with_bias(t.x[:, :, None] * t.delta1[:, None, :], t.delta1),
}
_FEW_TERMS = 20_000  # nobody multiplies more numbers one by one


def quantities(trace: Trace) -> Iterator[tuple[str, Array]]:
    """Name and value of everything worth recognising in a pass, the simplest first."""
    yield from ((name, make(trace)) for name, make in _FORWARD.items())
    for name, make in (*_BACKWARD.items(), *_LOSS.items()):
        with suppress(ValueError):  # shapes that a fault upstream leaves nothing to make of
            yield name, make(trace)
    for layer, z, a in (("1", trace.z1, trace.a1), ("2", trace.z2, trace.a2)):
        yield from ((name.format(layer), make(z, a)) for name, make in _PARTS.items())
    for name, parts in _JOINED.items():
        with suppress(ValueError):
            yield from _joined(name, *parts(trace))


def with_bias(trace: Trace, name: str) -> list[Array]:
    """A quantity such as `w1 and b1`, in either order; none where a fault gave its parts other shapes."""
    with suppress(ValueError):
        return [value for _, value in _joined(name, *_JOINED[name](trace))]
    return []


def terms(trace: Trace) -> Iterator[tuple[str, Array]]:
    """Name and values of the products that matrix products are sums of, each for every example."""
    if trace.n * trace.h * max(trace.d, trace.k) > _FEW_TERMS:
        return
    for name, make in _TERMS.items():
        with suppress(ValueError, IndexError):  # a fault upstream may leave a single number
            yield name, make(trace)


def _with_bias(products: Any, added: Any) -> Array:
    """Products (n, i, j), and what a bias adds for each example (n, j), or for all of them (1, j)."""
    n, _, j = products.shape
    return np.concatenate([products, np.broadcast_to(np.asarray(added).reshape(-1, 1, j), (n, 1, j))], axis=1)


def _weight_decay(trace: Trace, *weights: Array) -> float:
    """What weights add to the loss."""
    return float(trace.decay / 2 * sum((some**2).sum() for some in weights))


def _is_softmax(trace: Trace) -> bool:
    return trace.network.output_activation == "softmax"


def _jacobian(a2: Array) -> Array:
    """Derivatives of softmax outputs (n, k) by their pre-activations, (n, k, k)."""
    return a2[:, :, None] * (np.eye(a2.shape[1]) - a2[:, None, :])


def _joined(name: str, first: Any, second: Any, axis: int) -> Iterator[tuple[str, Array]]:
    """Two arrays as one, either first; none where a fault gave them another shape."""
    if np.ndim(first) == 2 and np.ndim(second) == 2 and first.shape[1 - axis] == second.shape[1 - axis]:
        yield name, np.concatenate([first, second], axis)
        yield name, np.concatenate([second, first], axis)


def is_forward(name: str) -> bool:
    """Whether a quantity is of the forward pass."""
    return name in _FORWARD or "z" in name or (name[0] in "1a" and "y" not in name)


def is_lacking(name: str, present: Collection[str]) -> bool:
    """Whether a quantity of a layer's way to its activation isn't there, nor is that activation."""
    layer = re.search(r"[za](\d)", name)
    return layer is not None and is_forward(name) and {name, f"a{layer[1]}"}.isdisjoint(present)


def may_be_missing(name: str, present: Collection[str]) -> bool:
    """Whether a quantity isn't there, nor what it is only on the way to."""
    return is_lacking(name, present) if is_part(name) and "z" in name else name not in present


def adds_up(name: str, wrong: Collection[str]) -> bool:
    """
    Whether a quantity, example by example, adds up to what a wrong gradient lacks.

    What gradients that are right are made of is nowhere lacking.
    """
    layer = name[-1]
    weights, biases = f"w{layer}" in wrong, f"b{layer}" in wrong
    if name in ("delta1", "delta2"):
        return biases
    if name.startswith(("gradient", "undecayed", "terms of gradient")):
        return any(parameter in wrong for parameter in name.split())
    return (weights and biases) or {"w1", "b1", "w2", "b2"} <= {*wrong}


def is_part(name: str) -> bool:
    """Whether a quantity is only a part of an activation or of its derivative."""
    return name in _PART_NAMES


def is_of_loss(name: str) -> bool:
    """Whether a quantity is the loss, or a part of it."""
    return name in _LOSS and name != PLAIN


def is_term(name: str) -> bool:
    """Whether a quantity is what a matrix product is a sum of."""
    return name in _TERMS


def passing(name: str) -> bool:
    """Whether a quantity is only on the way to another: a part of an activation, or of the loss."""
    return name in _PART_NAMES or name in _LOSS
