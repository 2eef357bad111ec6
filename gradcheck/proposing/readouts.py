"""Where a trial left the gradients: which leaf is which parameter's, by its shape at two sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gradcheck.proposing import prints
from gradcheck.proposing.calls import RATE
from gradcheck.proposing.exploring import SIZES, Leaf, Left, Trial
from gradcheck.proposing.layouts import Layout

PARAMETERS = ("W1", "b1", "W2", "b2")


def expected(layout: Layout, name: str) -> tuple[tuple[int, ...], ...]:
    """Shapes of an array at the two sizes."""
    more = name[0] == "W" and f"b{name[1]}" in layout.biases
    inputs = "d" if name == "W1" else "h"  # a bias in the weights is one input more
    return tuple(
        tuple(
            1 if letter == "1" else {**sizes, **layout.pins}[letter] + (more and letter == inputs)
            for letter in layout.axes[name].split()
        )
        for sizes in SIZES
    )


def readouts(left: Left) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
    """
    Enumerate ways of reading the gradients after a trial, the likeliest first.

    Yields
    ------
    tuple of int
        How many of the gradients are right ones for some network, and how many have their parameter's very shape.
    dict
        Parameter to expression; a parameter of which nothing was found is absent.
    """
    trial = left.trial
    wanted = [name for name in PARAMETERS if name in trial.roles or name in trial.slots]
    slots = {path: name for name, path in trial.slots.items()}
    new = [
        leaf
        for leaf in left.leaves
        if (leaf.new or leaf.changed) and leaf.float and not leaf.same and leaf.path not in slots
    ]
    if trial.layout.flat:
        total = tuple((s["d"] * s["h"] + s["h"] + s["h"] * s["k"] + s["k"],) for s in SIZES)
        for leaf in new:
            if leaf.shapes == total:
                pieces = trial.layout.pieces(leaf.path)
                yield (
                    (0, len(PARAMETERS)),
                    {
                        name: trial.layout.part(name, pieces.get(name, pieces[f"W{name[1]}"]))
                        for name in PARAMETERS
                    },
                )
        return
    for some in _sets(new, trial.layout, wanted):
        yield from _read(trial, left, some, wanted, slots)


def _sets(leaves: Sequence[Leaf], layout: Layout, wanted: Sequence[str]) -> Sequence[Sequence[Leaf]]:
    """
    Leaves that may be the gradients: each container by itself that has one for every parameter, if there are some.

    A program may have its gradients twice, by backpropagation and by differences: none of one set stands in for
    what is wrong in the other.
    """
    by_parent: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        by_parent.setdefault(_parent(leaf.path), []).append(leaf)
    whole = [
        some
        for some in by_parent.values()
        if all(any(_bare(leaf.shapes) == _bare(expected(layout, name)) for leaf in some) for name in wanted)
    ]
    return whole or [leaves]


def _read(
    trial: Trial, left: Left, new: Sequence[Leaf], wanted: Sequence[str], slots: Mapping[str, str]
) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
    """Enumerate ways of reading the gradients from some leaves, and from what was changed."""
    found = _by_print(new, trial.layout, wanted) or _by_shape(new, trial.layout, wanted)
    found |= _by_place(new, found, wanted)
    found |= _by_slot(new, found, wanted, trial.slots)
    changed = {slots[leaf.path]: leaf.path for leaf in left.leaves if leaf.changed and leaf.path in slots}
    still = [name for name in wanted if name not in changed]
    if len(still) == 1 and len(changed) > 2 and still[0] not in ("W1", "W2") and still[0] in trial.slots:
        changed |= {still[0]: trial.slots[still[0]]}  # an update that is forgotten, or is of zeros
    rate = str(RATE) if trial.rated else trial.literal
    divided = f" / {rate}" if rate else ""
    updates = {name: f"{name} - {path}" for name, path in changed.items()}
    leaves = {leaf.path: leaf for leaf in left.leaves}
    biases = tuple(name for name in wanted if name[0] == "b")

    def right(places: dict[str, str], how: str) -> int:
        return sum(
            (name if how == "given" else how) in prints.ways(leaves[path], name, trial.layout, biases)
            for name, path in places.items()
        )

    def exact(places: dict[str, str]) -> int:
        return sum(leaves[path].shapes == expected(trial.layout, name) for name, path in places.items())

    def whole(expressions: Mapping[str, str]) -> dict[str, str]:
        """Expressions of all gradients, those of biases that are in the weights taken out of them."""
        parts = {}
        for name in PARAMETERS:
            weight = f"W{name[1]}" if name in trial.layout.biases else name
            if weight in expressions:
                given, _, path = expressions[weight].rpartition(" - ")
                part = trial.layout.part(name, path)
                parts[name] = f"{name} - {part}" if given else part
                if given and divided:
                    parts[name] = f"({parts[name]}){divided}"
        return parts

    if found:
        both = {name: found.get(name) or updates.get(name, "") for name in wanted}
        if all(both.values()):
            yield (right(found, "value"), exact(found)), whole(both)
        if not updates and len(found) == len(wanted):  # what is returned may be the updated parameters
            moved = {name: f"{name} - {path}" for name, path in found.items()}
            yield (right(found, "given"), exact(found) - 1), whole(moved)
    if len(updates) == len(wanted):
        yield (right(changed, "moved"), exact(changed)), whole(updates)


def _by_print(leaves: Sequence[Leaf], layout: Layout, wanted: Sequence[str]) -> dict[str, str]:
    """Give each parameter the leaf that is its gradient for some network, if each has one."""
    biases = tuple(name for name in wanted if name[0] == "b")
    found = {}
    for name in wanted:
        for leaf in leaves:
            same = _bare(leaf.shapes) == _bare(expected(layout, name))
            if same and "value" in prints.ways(leaf, name, layout, biases):
                found[name] = leaf.path
                break
    return found if len(found) == len(wanted) else {}


def _by_shape(leaves: Sequence[Leaf], layout: Layout, wanted: Sequence[str]) -> dict[str, str]:
    """Give each parameter the first leaf of its shape, of several one that is named after it."""
    for exact in (True, False):
        found: dict[str, str] = {}
        for name in wanted:
            shapes = expected(layout, name)
            for leaf in sorted(leaves, key=lambda leaf: not _is_named(leaf, name)):
                same = leaf.shapes == shapes if exact else _bare(leaf.shapes) == _bare(shapes)
                if same and leaf.path not in found.values():
                    found[name] = leaf.path
                    break
        if len(found) > len(wanted) // 2 or {"W1", "W2"} <= found.keys():
            return found
    return {}


def _bare(shapes: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    return [[size for size in shape if size != 1] for shape in shapes]


def _is_named(leaf: Leaf, name: str) -> bool:
    """Whether a leaf is called after a parameter: `db1`, `grads['b_1']`."""
    word = {"W": "w|weights?", "b": "b|bias(?:es)?"}[name[0]]
    last = re.findall(r"\w+", leaf.path)[-1:]
    return bool(last) and re.search(rf"(?i)(?:^|[^a-z]|d|grad)(?:{word})_?{name[1]}$", last[0]) is not None


def _by_place(leaves: Sequence[Leaf], found: dict[str, str], wanted: Sequence[str]) -> dict[str, str]:
    """Give parameters whose gradient has another shape the leaves left over beside those that were found."""
    missing = [name for name in wanted if name not in found]
    if not missing or not found:
        return {}
    parents = {_parent(path) for path in found.values()}
    rest = [leaf for leaf in leaves if leaf.path not in found.values() and _parent(leaf.path) in parents]
    named = {name: leaf.path for name in missing for leaf in rest if _is_named(leaf, name)}
    if len(named) == len(missing):
        return named
    return dict(zip(missing, (leaf.path for leaf in rest), strict=True)) if len(rest) == len(missing) else {}


def _by_slot(
    leaves: Sequence[Leaf], found: Mapping[str, str], wanted: Sequence[str], slots: Mapping[str, str]
) -> dict[str, str]:
    """Give parameters whose gradient has another shape the leaf that is named after the parameter: `db1`."""
    named: dict[str, str] = {}
    for name in wanted if found else ():
        own = re.findall(r"\w+", slots.get(name, ""))
        fitting = [leaf.path for leaf in leaves if own and re.search(rf"\w{own[-1]}\W*$", leaf.path)]
        if name not in found and len(fitting) == 1 and fitting[0] not in found.values():
            named[name] = fitting[0]
    return named


def _parent(path: str) -> str:
    """What a leaf is in."""
    return re.sub(r"(\[[^\[]*\]|\.\w+)$", "", path)
