"""Ways of making an object of a class, and where it keeps the parameters."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.diagnosis.locate.names import twin
from gradcheck.proposing import products, vocabulary
from gradcheck.proposing.calls import ARRAYS, DECAY, RATE
from gradcheck.proposing.exploring import SIZES, Leaf, scattered
from gradcheck.proposing.facts import Class, Facts
from gradcheck.proposing.layouts import Layout, fused
from gradcheck.proposing.readouts import PARAMETERS
from gradcheck.proposing.usage import guards
from gradcheck.submissions.targets import assigned

_SHAPES = {
    "W1": ("d h", "h d"),
    "b1": ("h", "1 h", "h 1"),
    "W2": ("h k", "k h"),
    "b2": ("k", "1 k", "k 1"),
}
_PLAIN = {"rate": str(RATE), "rounds": "1", "decay": DECAY, "batch_size": "n"}
_SEVERAL = ("[d, h, k]", "d, h, k")


def constructions(one: Class, facts: Facts) -> Iterator[str]:
    """
    Enumerate calls of a class, the likeliest first.

    Parameters
    ----------
    one : Class
    facts : Facts
        Where the file itself gives the class one of its functions, such as an activation, so is it here.
    """
    init = one.init
    if init is None:
        names: tuple[str, ...] = one.fields
        optional: Mapping[str, str] = {}
    else:
        names, optional = init.required, init.optional
    rates = [f"{name}={RATE}" for name in vocabulary.rates(optional)]
    rates += [f"{name}={DECAY}" for name in vocabulary.decays(optional)]
    counts = [name for name, default in optional.items() if default.isdigit() and _may_be_size(name)]
    roles = {name: role for name, role in vocabulary.roles(names).items() if role in ARRAYS or role in _PLAIN}
    given = {name: _PLAIN.get(role, role) for name, role in roles.items()}
    functions = {function.name for function in facts.functions}
    for call in facts.arguments.get(one.name, ()):
        given |= {name: text for name, text in zip(names, call, strict=False) if text in functions}
    unknown = [name for name in names if name not in given]
    told = vocabulary.sizes(unknown)
    fillings = [told] if len(unknown) > 1 and len({*told.values()}) == len(unknown) else []
    fillings += _fillings(unknown)
    if set(roles.values()) & set(ARRAYS) and "W1" not in roles.values():
        fillings += _fillings(names)
    for filling in dict.fromkeys(tuple(sorted(one.items())) for one in fillings):
        arguments = [{**given, **dict(filling)}[name] for name in names]
        for extra in _extras(counts, arguments):
            yield f"{one.name}({', '.join([*arguments, *extra, *rates])})"


def _extras(counts: Sequence[str], arguments: Sequence[str]) -> Iterator[list[str]]:
    """Sizes for parameters that have one as their default."""
    missing = [letter for letter in ("d", "h", "k") if letter not in arguments]
    spoken = [name for name in counts if vocabulary.kind(name)]
    told = vocabulary.sizes(spoken)
    if told and {*told.values()} <= {*missing}:
        yield [f"{name}={letter}" for name, letter in told.items()]
    counts = spoken or counts
    if counts and len(counts) <= len(missing):
        for letters in itertools.permutations(missing, len(counts)):
            yield [f"{name}={letter}" for name, letter in zip(counts, letters, strict=True)]
    yield []


def _may_be_size(name: str) -> bool:
    """Whether a name is that of a size, or of nothing in particular."""
    return vocabulary.kind(name) in ("size", "X", "Y", "output", "")


def _fillings(names: Sequence[str]) -> list[dict[str, str]]:
    """Sizes, or X and Y, for parameters that no word fits."""
    texts: list[tuple[str, ...]]
    if not names:
        texts = [()]
    elif len(names) == 1:
        texts = [("[d, h, k]",), ("h",), ("d",), ("X",)]
    elif len(names) == 2:
        texts = [("X", "Y"), ("d", "h"), ("h", "k"), ("X", "h"), ("[d, h, k]", str(RATE))]
        texts += [("[W1, W2]", "[b1, b2]"), ("W1", "W2")]
    elif len(names) == 3:
        texts = [*itertools.permutations(("d", "h", "k")), ("X", "Y", "h")]
    elif len(names) == 4:
        texts = [("d", "h", "k", str(RATE)), ("W1", "b1", "W2", "b2"), ("W1", "W2", "b1", "b2")]
        texts += [("X", "Y", "[W1, W2]", "[b1, b2]"), ("X", "Y", "h", str(RATE)), ("X", "Y", "W1", "W2")]
    elif len(names) == 6:
        texts = [ARRAYS]
    else:
        texts = []
    return [dict(zip(names, text, strict=True)) for text in texts]


@dataclass(frozen=True, kw_only=True)
class Slots:
    """
    Where an object keeps the parameters.

    Attributes
    ----------
    places : mapping
        Parameter to path; both weights, or nothing.
    axes : mapping
        Parameter to its axes.
    layers : str
        Layers whose biases are in the weights.
    others : mapping
        Parameter to further paths of the same array: `net.layers[0].W` is `net.params['W1']`.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, str] = field(default_factory=dict)
    layers: str = ""
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _others(places: Mapping[str, str], leaves: Sequence[Leaf]) -> dict[str, list[str]]:
    """Further paths of arrays."""
    alias = {leaf.path: leaf.alias for leaf in leaves}
    return {
        name: [leaf.path for leaf in leaves if leaf.alias == alias[path] and leaf.path != path]
        for name, path in places.items()
    }


def slots(leaves: Sequence[Leaf]) -> Slots:
    """Tell by their shapes which of an object's arrays are the parameters."""
    for layers in ("", "12", "2", "1"):
        found: dict[str, str] = {}
        axes: dict[str, str] = {}
        for name, notations in _SHAPES.items():
            fused = name[1] in layers
            choices = [
                (vocabulary.is_gradient(last_part(leaf.path)), notation, leaf.path)
                for leaf in leaves
                for notation in notations
                if leaf.shapes == shapes_of(notation, more=notations[0][0] if fused else "")
                # what has one bias in its weights has hardly another beside them: outputs have that shape, too
                if layers != "1" or name[0] == "W" or vocabulary.kind(last_part(leaf.path)) == "b"
            ]
            same = [choice for leaf in leaves if name in leaf.same for choice in choices if choice[2] == leaf.path]
            if choices and not (fused and name[0] == "b"):
                # the first that isn't called a gradient: velocities and the like come later
                _, axes[name], found[name] = min(same or choices, key=lambda choice: choice[0])
        if {"W1", "W2"} <= found.keys():
            return Slots(places=found, axes=axes, layers=layers, others=_others(found, leaves))
    return Slots()


def shapes_of(notation: str, more: str = "") -> tuple[tuple[int, ...], ...]:
    """Shapes that a notation means at the sizes of exploring, one axis longer by one."""
    return tuple(
        tuple(1 if one == "1" else sizes[one] + (one == more) for one in notation.split()) for sizes in SIZES
    )


def numbers(leaves: Sequence[Leaf], whole: bool = False) -> dict[str, str]:
    """Places that are one number, a whole one or not: last name to path."""
    return {
        last_part(leaf.path): leaf.path
        for leaf in leaves
        if all(shape == () for shape in leaf.shapes) and leaf.float != whole
    }


def rates(leaves: Sequence[Leaf], facts: Facts) -> list[str]:
    """Places that are a learning rate by name, and by what the file does with it."""
    found, none = numbers(leaves), guards(ast.walk(facts.tree))
    return [found[name] for name in vocabulary.rates(name for name in found if name not in none)]


def chained(leaves: Sequence[Leaf]) -> Slots:
    """Tell by how they fit together which arrays are the parameters, whatever sizes the file gives them."""
    matrices = [leaf for leaf in leaves if leaf.float and _is_parameter(leaf) and len(leaf.shapes[0]) == 2]
    matrices = [
        leaf for leaf in matrices if all(min(shape) > 1 or leaf is not matrices[0] for shape in leaf.shapes)
    ]
    found: list[Slots] = []
    for first, second in itertools.permutations(matrices, 2):
        for one, two, inner in (("d h", "h k", 1), ("h d", "k h", 0)):
            sizes = [(a[inner], b[1 - inner]) for a, b in zip(first.shapes, second.shapes, strict=True)]
            if any(left != right for left, right in sizes):
                continue
            places, axes = {"W1": first.path, "W2": second.path}, {"W1": one, "W2": two}
            for bias, letter, weight in (("b1", "h", first), ("b2", "k", second)):
                length = [shape[inner] for shape in weight.shapes]
                beside = _bias(leaves, weight, length, letter, [*places.values()])
                if beside is not None:
                    places[bias], axes[bias] = beside
            if "b1" in axes and places.get("b2") in _numbers_at(leaves):
                axes["b2"] = axes["b1"].replace("h", "k")  # of one output the shape doesn't tell
            found.append(Slots(places=places, axes=axes, others=_others(places, leaves)))
    return max(found, key=_complete, default=Slots())


def zeros_beside(slots: Slots, leaves: Sequence[Leaf]) -> dict[str, str]:
    """Arrays kept beside the parameters in the same shape, such as sums of gradients: they begin at zero."""
    by_path = {leaf.path: leaf for leaf in leaves}
    return {
        leaf.path: f"np.zeros_like({name})"
        for name, path in slots.places.items()
        for leaf in leaves
        if leaf.alias not in {by_path[one].alias for one in slots.places.values() if one in by_path}
        and leaf.shapes == by_path[path].shapes
        and leaf.path.rpartition(".")[0] == path.rpartition(".")[0]
    }


def _complete(slots: Slots) -> tuple[int, int]:
    """How many biases there are, and how near their weights: that tells where inputs are as many as outputs."""
    near = [
        _alike(slots.places[bias], slots.places[f"W{bias[1]}"]) for bias in ("b1", "b2") if bias in slots.places
    ]
    return len(near), sum(near)


def _numbers_at(leaves: Sequence[Leaf]) -> set[str]:
    """Places of arrays with one entry."""
    return {leaf.path for leaf in leaves if all(set(shape) <= {1} and len(shape) == 2 for shape in leaf.shapes)}


def _is_parameter(leaf: Leaf) -> bool:
    return not vocabulary.is_gradient(last_part(leaf.path)) and not {"X", "Y"} & {*leaf.same}


def _bias(
    leaves: Sequence[Leaf], weight: Leaf, length: Sequence[int], letter: str, taken: Sequence[str]
) -> tuple[str, str] | None:
    """The vector of one length that is nearest to a weight, and its axes."""
    shapes = {letter: [(one,) for one in length], f"1 {letter}": [(1, one) for one in length]}
    shapes[f"{letter} 1"] = [(one, 1) for one in length]
    fitting = [
        (leaf, notation)
        for leaf in leaves
        for notation, wanted in shapes.items()
        if list(leaf.shapes) == wanted and leaf.float and _is_parameter(leaf) and leaf.path not in taken
    ]
    near = sorted(fitting, key=lambda one: -_alike(one[0].path, weight.path))
    return (near[0][0].path, near[0][1]) if near else None


def _alike(one: str, other: str) -> int:
    """How much of the beginning two paths share."""
    return next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)


def last_part(path: str) -> str:
    """What a path ends in: `dW1` of `net.grads['dW1']`."""
    words = re.findall(r"\w+", path)
    return words[-1] if words else path


def read_slots(one: Class, facts: Facts) -> Slots:
    """Where the methods of a class read the parameters from, for a class that makes them later."""
    for method in one.methods:
        found = products.of(method, facts)
        own = {name: place for name, place in found.places.items() if place.startswith("self.")}
        if found.whole and {"W1", "W2"} <= own.keys():
            places = {
                name: "net" + place.removeprefix("self") for name, place in own.items() if name in PARAMETERS
            }
            made = [function.node for function in (one.init, *one.methods) if function is not None]
            given = {target for node in made for target in assigned(node.body)}
            other = twin(places.get("b1", ""))
            if "b2" not in places and ("self", other.removeprefix("net")) in given:
                places["b2"] = other  # which the forward pass has forgotten
            return Slots(places=places, axes={name: found.axes[name] for name in ("W1", "W2")})
    return Slots()


def assignments(slots: Slots) -> list[str]:
    """Statements that put the parameters where they are kept."""
    lines = []
    for name in PARAMETERS:
        if name in slots.places:
            again = [f"{path} = " for path in slots.others.get(name, ())]
            lines.append("".join(again) + scattered(slots.places[name], name))
    return lines


def created(places: Mapping[str, str]) -> list[str]:
    """Statements that make the containers in which parameters are kept, with them in it."""
    grouped: dict[str, dict[str, str]] = {}
    lines = []
    for name, path in places.items():
        match = re.fullmatch(r"(.*)\[([^\[\]]*)\]", path)
        if match:
            grouped.setdefault(match[1], {})[match[2]] = name
        else:
            lines.append(f"{path} = {name}")
    for base, parts in grouped.items():
        if all(key.isdigit() for key in parts):
            lines.append(f"{base} = [{', '.join(parts[key] for key in sorted(parts, key=int))}]")
        else:
            lines.append(f"{base} = {{{', '.join(f'{key}: {name}' for key, name in parts.items())}}}")
    return lines


def layouts(axes: Mapping[str, str], biased: bool, layers: str = "") -> Iterator[Layout]:
    """Layouts of X and Y that go with the parameters as they are kept, biases of some layers in the weights."""
    for several in parameters(axes if "b1" in axes or biased else {**axes, "b1": "h", "b2": "k"}):
        for layout in _layouts(several, biased):
            if layers:
                yield from (one for one in fused(layout) if one.layers == layers)
            else:
                yield layout


def parameters(axes: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Axes of all parameters, where those of the biases are not known in every way."""
    biases = ({"b1": "1 h", "b2": "1 k"}, {"b1": "h", "b2": "k"}, {"b1": "h 1", "b2": "k 1"})
    for some in biases if "b1" not in axes else ({},):
        yield {"b1": "h", "b2": "k", **axes, **some}


def _layouts(axes: Mapping[str, str], biased: bool) -> Iterator[Layout]:
    weights = dict(axes)
    columns = [{"X": "d n", "Y": "k n"}, {"X": "d n", "Y": "labels"}]
    rows = [{"X": "n d", "Y": "n k"}, {"X": "n d", "Y": "labels"}]
    choices = [*columns, *rows] if weights["W1"] == "h d" else [*rows, *columns]
    choices = sorted(choices, key=lambda choice: choice["Y"] == "labels")
    for choice in choices:
        yield Layout({**weights, **choice})
    yield Layout({**weights, "X": choices[0]["X"], "Y": "n"}, {"k": 1})
    yield Layout({**weights, **choices[0]}, {"k": 1})
    for x, y in (("d", "k"), ("d 1", "k 1"), ("1 d", "1 k"), ("d", "labels")):
        yield Layout({**weights, "X": x, "Y": y}, {"n": 1})
        if not biased:
            yield Layout({**weights, "X": x, "Y": y}, {"n": 1}, lists=True)
