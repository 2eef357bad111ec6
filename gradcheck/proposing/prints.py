"""Which leaves are gradients of some network, by their fingerprints: whatever the loss's scale, sign and rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from gradcheck.network.backward import gradients
from gradcheck.network.forward import LOSSES, Array
from gradcheck.proposing import recognising
from gradcheck.proposing.exploring import SIZES, Leaf, drawn, pinned
from gradcheck.proposing.inside import fingerprint
from gradcheck.proposing.layouts import Layout

_TOLERANCE = 1e-5


def ways(leaf: Leaf, parameter: str, layout: Layout, biases: tuple[str, ...], cut: bool = True) -> list[str]:
    """
    Tell how a leaf is a right gradient of a parameter.

    Parameters
    ----------
    leaf : Leaf
    parameter : str
    layout : Layout
    biases : tuple of str
    cut : bool
        Whether the arrays of pinned sizes were cut out of larger ones, as trials have them, or drawn as they are.

    Returns
    -------
    list of str
        Out of `value` (it is the gradient), `moved` (it moved along it), and the parameter's name (it lies along
        it from the parameter handed over).
    """
    known = _known(tuple(sorted(layout.pins.items())), (*biases, *layout.biases), layout.biases, cut)
    found = []
    for way in ("value", "moved", parameter):
        prints = [one.get(way) for one in leaf.prints]
        if None in prints:
            continue
        near = [
            np.abs(table[parameter] - np.asarray(one)).max(axis=1) <= _TOLERANCE
            for table, one in zip(known, prints, strict=True)
            if parameter in table
        ]
        if near and np.all(near, axis=0).any():
            found.append(way)
    return found


def of_arrays(arrays: Sequence[Array], parameter: str, layout: Layout, biases: tuple[str, ...]) -> bool:
    """Whether arrays, one at each size, are a right gradient of a parameter under some network."""
    found = [fingerprint(array) for array in arrays]
    leaf = Leaf(
        path="",
        shapes=tuple(array.shape for array in arrays),
        new=True,
        changed=False,
        same=(),
        prints=tuple({"value": one} if one else {} for one in found),
        float=True,
    )
    return "value" in ways(leaf, parameter, layout, biases, cut=False)


@lru_cache(maxsize=32)
def _known(
    pins: tuple[tuple[str, int], ...], biases: tuple[str, ...], fused: tuple[str, ...], cut: bool
) -> tuple[dict[str, Array], ...]:
    """
    Fingerprints (m, 2) of each parameter's gradient under every network and loss, at each size.

    Those of biases that are `fused` into the weights are told with the weights'.
    """
    tables = []
    for sizes in SIZES:
        arrays = pinned(drawn(sizes), dict(pins)) if cut else drawn({**sizes, **dict(pins)}).arrays
        values = {name.lower(): array for name, array in arrays.items()}
        values |= {name: values[name] * 0.0 for name in ("b1", "b2") if name not in biases}
        rows: dict[str, list[tuple[float, float]]] = {}
        for plain in recognising.networks("b1" in biases, "b2" in biases):
            for loss in LOSSES if plain.output_activation in ("sigmoid", "softmax") else LOSSES[:1]:
                with np.errstate(all="ignore"):
                    made = gradients(replace(plain, loss=loss), values)
                made |= {f"w{one[1]}": np.append(made[f"w{one[1]}"], made[one]) for one in fused}
                for name in ("w1", "b1", "w2", "b2"):
                    found = fingerprint(made[name]) if name in made else None
                    rows.setdefault(name.replace("w", "W"), []).append(found or (np.inf, np.inf))
        tables.append({name: np.array(found) for name, found in rows.items() if np.isfinite(found).any()})
    return tuple(tables)
