"""The axes that arrays may have, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    """

    axes: dict[str, str]
    pins: dict[str, int] = field(default_factory=dict)
    lists: bool = False


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
    one_output = {"W1": "d h", "b1": "h", "W2": "h"}
    for last in ("", "1") if biased else ("1",):
        yield Layout({"X": "n d", "Y": "n", **one_output, "b2": last}, {"k": 1}, lists)
    for given, weights, bias in several[:3]:
        yield Layout({**given, "Y": "n", **weights, **bias}, {"k": 1}, lists)
    for x, y in (("d", "k"), ("1 d", "1 k"), ("d 1", "k 1"), ("d", "labels"), ("d", "")):
        for weights in (_IN_OUT, _OUT_IN):
            for bias in (_FLAT, _LYING, _STANDING) if biased else (_FLAT,):
                pins = {"n": 1, "k": 1} if y == "" else {"n": 1}
                yield Layout({"X": x, "Y": y, **weights, **bias}, pins, lists)
