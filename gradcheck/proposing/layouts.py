"""The axes that arrays may have, in the order in which they are tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

_ROWS = {"X": "n d", "Y": "n k"}
_COLUMNS = {"X": "d n", "Y": "k n"}
_IN_OUT = {"W1": "d h", "W2": "h k"}
_OUT_IN = {"W1": "h d", "W2": "k h"}
_FLAT = {"b1": "h", "b2": "k"}
_LYING = {"b1": "1 h", "b2": "1 k"}
_STANDING = {"b1": "h 1", "b2": "k 1"}


@dataclass(frozen=True)
class Layout:
    """
    Axes of all arrays, and the sizes that they pin.

    Attributes
    ----------
    axes : mapping
        `X Y W1 b1 W2 b2` to a notation.
    pins : mapping
        Of `n` and `k`, those that must be 1.
    lists : bool
        Whether the arrays are handed over as lists of lists.
    fused : str
        `first` or `last` where biases are that row (or column) of the weights, as for an input that is always one.
    layers : str
        Of which layers they are: `12`, `2` or `1`.
    flat : bool
        Whether all parameters are handed over as one vector, `FLAT`.
    """

    axes: dict[str, str]
    pins: dict[str, int] = field(default_factory=dict)
    lists: bool = False
    fused: str = ""
    layers: str = "12"
    flat: bool = False

    def hiding(self, single: bool) -> int:
        """
        How much a check with it can't see: of sums over examples, or over outputs where there is but one.

        Parameters
        ----------
        single : bool
            Whether the program itself takes one example at a time: then it has no sums over them.
        """
        examples = self.pins.get("n") == 1 and not single
        return 2 * int(examples) + int(self.one_output)

    @property
    def one_output(self) -> bool:
        """Whether the output is pinned to one though the targets have an axis for several."""
        return bool(self.pins.get("k", 0)) and "k" in self.axes["Y"].split()

    @property
    def biases(self) -> tuple[str, ...]:
        """Biases that are in the weights."""
        return tuple(f"b{layer}" for layer in self.layers) if self.fused else ()

    @property
    def fusing(self) -> str:
        """Statements that put the biases into the weights."""
        lines = [f"W{bias[1]} = {self.whole(f'W{bias[1]}')}" for bias in self.biases]
        if self.flat:
            order = ("W1", "W2") if self.fused else ("W1", "b1", "W2", "b2")
            lines.append(f"{FLAT} = np.concatenate([{', '.join(f'np.ravel({name})' for name in order)}])")
        return "".join(f"{line}\n" for line in lines)

    def pieces(self, vector: str) -> dict[str, str]:
        """Expressions of the parameters, as pieces of one that has all of them."""
        if self.fused:
            turned = self.axes["W1"] == "h d"
            one, two = ("h, d + 1", "k, h + 1") if turned else ("d + 1, h", "h + 1, k")
            end = "h * (d + 1)"
            return {"W1": f"{vector}[:{end}].reshape({one})", "W2": f"{vector}[{end}:].reshape({two})"}
        ends = ["", "d * h", "d * h + h", "d * h + h + h * k", ""]
        shapes = {name: ", ".join(self.axes[name].split()) for name in ("W1", "b1", "W2", "b2")}
        return {
            name: f"{vector}[{start}:{end}].reshape({shape})"
            for (name, shape), start, end in zip(shapes.items(), ends[:-1], ends[1:], strict=True)
        }

    def whole(self, name: str) -> str:
        """Expression of a weight as it is handed over, its bias in it."""
        bias = f"b{name[1]}"
        if bias not in self.biases:
            return name
        stack = "np.vstack" if self.axes[name] in ("d h", "h k") else "np.hstack"
        return f"{stack}([{', '.join((bias, name) if self.fused == 'first' else (name, bias))}])"

    def part(self, name: str, whole: str) -> str:
        """Expression of a weight or a bias, as a part of an expression that has both in it."""
        weight = f"W{name[1]}"
        if f"b{name[1]}" not in self.biases:
            return whole
        columns = "" if self.axes[weight] in ("d h", "h k") else ":, "
        bias, rest = (":1", "1:") if self.fused == "first" else ("-1:", ":-1")
        return f"{whole}[{columns}{bias if name[0] == 'b' else rest}]"


def flats() -> Iterator[Layout]:
    """Layouts of one vector with all parameters in it, the bias first in each row of the weights first."""
    for given in (_ROWS, {**_ROWS, "Y": "labels"}, _COLUMNS):
        for weights, bias in ((_OUT_IN, _STANDING), (_IN_OUT, _LYING)):
            layout = Layout({**given, **weights, **bias}, flat=True)
            yield from (one for one in fused(layout) if one.layers == "12")
            yield Layout({**given, **weights, **_FLAT}, flat=True)


FLAT = "vector"
ROWS = Layout({**_ROWS, **_IN_OUT, **_LYING})
PAIRS = "[*zip(X, Y)]"
"""A list of examples, each with its target."""
EXAMPLES = ("", "[:, None]", "[..., None]")
"""What makes examples of the rows of X, where a program goes through a list of them: vectors, rows, columns."""


def of_pairs(parameters: Iterable[Mapping[str, str]], alone: bool, lists: bool) -> Iterator[tuple[str, Layout]]:
    """
    Enumerate what stands in place of `PAIRS`, and the layouts that go with it.

    Parameters
    ----------
    parameters : iterable of mapping
        Axes that the parameters may have.
    alone : bool
        Whether one example alone is tried, too.
    lists : bool
        For a file without numpy.
    """
    for examples, axes in itertools.product(({}, {"n": 1}) if alone else ({},), list(parameters)):
        for form in EXAMPLES[:1] if lists else EXAMPLES:
            targets: list[tuple[str, str, dict[str, int]]] = [("n", "", {"k": 1})]
            if axes["W2"] != "h":
                targets = [("n k", form, {}), ("labels", "", {}), *targets]
            for y, form_y, outputs in targets:
                layout = Layout({**axes, "X": "n d", "Y": y}, {**outputs, **examples}, lists)
                yield f"[*zip(X{form}, Y{form_y})]", layout


def parameters() -> Iterator[dict[str, str]]:
    """Axes that parameters have that are handed over one by one."""
    for weights in (_IN_OUT, _OUT_IN):
        yield from ({**weights, **bias} for bias in (_FLAT, _LYING, _STANDING))
        yield from ({**weights, "W2": "h", "b1": "h", "b2": last} for last in ("", "1"))


def fused(layout: Layout) -> Iterator[Layout]:
    """The layout with the biases in the weights, in every way."""
    bias = {
        name: f"1 {axes[-1]}" if axes in ("d h", "h k") else f"{axes[0]} 1"
        for name, axes in (("b1", layout.axes["W1"]), ("b2", layout.axes["W2"]))
    }
    for layers in ("12", "2", "1"):
        for side in ("first", "last"):
            yield replace(layout, axes={**layout.axes, **bias}, fused=side, layers=layers)


def layouts(biased: bool, lists: bool) -> Iterator[Layout]:
    """
    Enumerate layouts, the usual ones first.

    Parameters
    ----------
    biased : bool
        Whether the shape of biases matters.
    lists : bool
        For a file without numpy.
    """
    several = [
        *((_ROWS, _IN_OUT, bias) for bias in ((_LYING, _FLAT) if biased else (_LYING,))),
        (_COLUMNS, _OUT_IN, _STANDING),
        *((_ROWS, _OUT_IN, bias) for bias in ((_FLAT, _LYING) if biased else (_FLAT,))),
        (_COLUMNS, _IN_OUT, _STANDING),
    ]
    for given, weights, bias in several:
        yield Layout({**given, **weights, **bias}, lists=lists)
    for given, weights, bias in several:
        yield Layout({**given, "Y": "labels", **weights, **bias}, lists=lists)
    if not biased:
        for given, weights, bias in several:
            yield from fused(Layout({**given, **weights, **bias}, lists=lists))
    one_output = {"W1": "d h", "b1": "h", "W2": "h"}
    for last in ("", "1") if biased else ("1",):
        yield Layout({"X": "n d", "Y": "n", **one_output, "b2": last}, {"k": 1}, lists)
    for given, weights, bias in several[:3]:
        yield Layout({**given, "Y": "n", **weights, **bias}, {"k": 1}, lists)
        yield Layout({**given, **weights, **bias}, {"k": 1}, lists)
    for x, y in (("d", "k"), ("1 d", "1 k"), ("d 1", "k 1"), ("d", "labels"), ("d", "")):
        for weights in (_IN_OUT, _OUT_IN):
            for bias in (_FLAT, _LYING, _STANDING) if biased else (_FLAT,):
                pins = {"n": 1, "k": 1} if y == "" else {"n": 1}
                yield Layout({"X": x, "Y": y, **weights, **bias}, pins, lists)
    if not biased:
        for weights in (_IN_OUT, _OUT_IN):
            yield from fused(Layout({"X": "d", "Y": "k", **weights, **_FLAT}, {"n": 1}, lists))
