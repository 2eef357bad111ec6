"""Candidates: an object, or the file itself, that keeps the parameters, and methods that are called in order."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradcheck.proposing import constructing, products, vocabulary
from gradcheck.proposing.calls import DECAY, RATE, Way, ways
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.constructing import Slots
from gradcheck.proposing.exploring import Leaf, Trial, explore
from gradcheck.proposing.facts import Class, Facts, Function, named_values
from gradcheck.proposing.functions import globals_set, laid_out, likeliest, trials_of
from gradcheck.proposing.layouts import Layout, layouts
from gradcheck.proposing.loops import literal_rate
from gradcheck.proposing.readouts import PARAMETERS
from gradcheck.proposing.usage import bound_in, guards, names_in
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.submissions.targets import assigned

_MOST_SEQUENCES = 80
_WAYS = 4


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Make an object of every class, put the parameters where it keeps them, and call its methods."""
    literal = literal_rate(ast.walk(facts.tree), facts.tree)
    for one in (*facts.classes, *_factories(facts)):
        every: list[Trial] = []
        for setup, slots, given in _made(sandbox, path, one, facts):
            places = slots.places
            if not places:
                every += _handed(one, facts, setup, given)
                continue
            kept = frozenset({*places, *given} & {*PARAMETERS, "X", "Y"})
            sequences = _sequences(one, facts, kept) or [Calls("result = None")]
            biased = "b1" in places
            trials = [
                Trial(
                    setup=setup,
                    run=text,
                    roots=("net", "result"),
                    layout=layout,
                    roles=kept & set(PARAMETERS),
                    slots=places,
                    rated=rated or str(RATE) in setup,
                    literal=literal,
                    covering=pairs == "several",
                )
                for run, rated, pairs in sequences
                for text, layout in laid_out(
                    run,
                    pairs,
                    constructing.layouts(slots.axes, biased, slots.layers),
                    constructing.parameters(slots.axes),
                    not facts.numpy,
                )
            ]
            if kept >= {"X", "Y", "W1", "W2"}:  # it may all be computed when it is asked for
                trials += [replace(trial, setup="", run=setup) for trial in _once(trials)]
            every += trials
        yield from likeliest(explore(sandbox, path, every), facts)
        yield ""


def _handed(one: Class, facts: Facts, setup: str, given: frozenset[str]) -> Iterator[Trial]:
    """Call methods that are handed the parameters, of an object that doesn't keep them; the data it may."""
    kept = given & {"X", "Y"}
    methods = {f"net.{method.name}": method for method in one.methods if not _computed(method)}
    for called, method in methods.items():
        for way in itertools.islice(ways(method, facts, called, kept=kept, others=methods), _WAYS):
            if way.roles | kept >= {"X", "Y", "W1", "W2"}:
                yield from trials_of(replace(way, setup=(setup, *way.setup), roles=way.roles | kept), facts)


def _factories(facts: Facts) -> Iterator[Class]:
    """Functions that may make what the parameters are kept in, seen as classes with the methods of any."""
    methods = tuple(method for one in facts.classes for method in one.methods)
    for function in facts.functions:
        kinds = {vocabulary.kind(name) for name in function.required}
        if 1 <= len(function.required) <= 4 and not {"X", "Y"} <= kinds and "container" not in kinds:
            yield Class(name=function.name, init=function, methods=methods, fields=())


def _once(trials: Sequence[Trial]) -> Iterator[Trial]:
    """One trial for each layout."""
    seen: list[Layout] = []
    for trial in trials:
        if trial.layout not in seen:
            seen.append(trial.layout)
            yield trial


def _made(sandbox: Sandbox, path: str, one: Class, facts: Facts) -> Iterator[tuple[str, Slots, frozenset[str]]]:
    """Objects that could be made: the statements, where the parameters are, what it was given."""
    several = {
        biased: [layout for layout in layouts(biased, False) if not layout.pins and layout.axes["Y"] != "labels"]
        for biased in (True, False)
    }
    texts, trials = [], []
    for text in itertools.islice(constructing.constructions(one, facts), 24):
        # the axes of what it is given are its own
        for layout in several["b1" in text] if "W1" in text else several[True][:1]:
            texts.append(text)
            trials.append(Trial(setup="", run=f"net = {text}", roots=("net",), layout=layout))
    seen: set[tuple[tuple[tuple[str, str], ...], frozenset[str]]] = set()
    read = constructing.read_slots(one, facts)
    made = [
        (text, left, constructing.slots(left.leaves))
        for text, left in zip(texts, explore(sandbox, path, trials), strict=True)
        if not left.error
    ]
    if made and one in facts.classes and not read.places and not any(slots.places for *_, slots in made):
        text = min((text for text, *_ in made), key=lambda text: "[" in text)  # one size is what most ask for
        yield f"net = {text}", Slots(), frozenset(set(re.findall(r"\w+", text)) & {"X", "Y"})
    # what has no arrays of the right shapes was given sizes in another order, or makes them later
    for text, left, slots in sorted(made, key=lambda one: not one[2].places):
        if not slots.places:
            slots, lines = read, constructing.created(read.places)
        else:
            if not slots.layers and not {"b1", "b2"} & slots.places.keys():
                biases = {name: place for name, place in read.places.items() if name[0] == "b"}
                slots = replace(slots, places={**slots.places, **biases})  # it may make them later
            lines = constructing.assignments(slots)
        words = set(
            text.replace("(", " ").replace(",", " ").replace(")", " ").replace("[", " ").replace("]", " ").split()
        )
        given = frozenset(words & {*PARAMETERS, "X", "Y"})
        key = (tuple(sorted(slots.axes.items())), given)
        if slots.places and key not in seen:
            seen.add(key)
            lines += [f"{rate} = {RATE}" for rate in constructing.rates(left.leaves, facts)]
            lines += [f"{decay} = {DECAY}" for decay in _decays(left.leaves)]
            counts = constructing.numbers(left.leaves, whole=True)
            told = {name: vocabulary.kind(name) for name in counts}
            lines += [f"{path} = n" for name, path in counts.items() if told[name] == "batch_size"]
            lines += [f"{path} = 1" for name, path in counts.items() if told[name] == "rounds"]
            if given & set(PARAMETERS):
                lines = [line for line in lines if line.endswith((f"= {RATE}", f"= {DECAY}", "= n", "= 1"))]
            yield "\n".join((f"net = {text}", *lines)), slots, given


def _decays(leaves: Sequence[Leaf]) -> list[str]:
    """Attributes that are weight decay by name."""
    numbers = constructing.numbers(leaves)
    return [numbers[name] for name in vocabulary.decays(numbers)]


def _sequences(one: Class, facts: Facts, kept: frozenset[str]) -> list[Calls]:
    """Statements that call methods, and functions that take the object."""
    calls: list[tuple[str, Way]] = []
    methods = {
        "net" if method.name == "__call__" else f"net.{method.name}": method
        for method in one.methods
        if not _computed(method)
    }
    functions = {function.name: function for function in facts.functions}
    for called, method in methods.items():
        for output in ("out", "") if _wants_outputs(method) else ("out",):
            found = ways(method, facts, called, kept=kept, output=output, others=functions | methods)
            calls += [(method.name, way) for way in itertools.islice(found, _WAYS)]
    for function in facts.functions:
        holder = _holder(function, facts)
        if holder:
            found = itertools.islice(ways(function, facts, given={holder: "net"}, kept=kept), _WAYS)
            calls += [(function.name, way) for way in found]
    return sequences(calls, kept)


def _wants_outputs(method: Function) -> bool:
    """Whether what a method calls outputs may be the targets: `train(inputs, outputs)`."""
    kinds = [vocabulary.kind(name) for name in method.required]
    return "output" in kinds and "X" in kinds and "Y" not in kinds


class Calls(NamedTuple):
    """Statements that call methods; whether those are given a rate; and, as in `Way`, a list of examples."""

    run: str
    rated: bool = False
    pairs: str = ""


def sequences(calls: Sequence[tuple[str, Way]], kept: frozenset[str]) -> list[Calls]:
    """One call, or two after each other, that are given X and Y between them."""
    found: list[tuple[int, Calls]] = []
    for name, way in calls:
        if "out" not in way.call.partition("(")[2] and {"X", "Y"} <= way.roles | kept:
            found.append((_rank(name), Calls(_lines(way, "result"), way.rated, way.pairs)))
    for (first, one), (second, two) in itertools.permutations(calls, 2):
        roles = one.roles | two.roles | kept
        early = "Y" in one.roles and not _remembers(first, second)
        if first == second or early or not {"X", "Y"} <= roles or one.rated or "(out" in one.call:
            continue
        rank = _rank(second) + 2 - (_rank(first) == 2)
        run = _lines(one, "out") + "\n" + _lines(two, "result")
        found.append((rank, Calls(run, two.rated, one.pairs or two.pairs)))
    # forward, back, and a step of its own: `net.forward(X); net.backward(Y); net.step(lr)`
    forward = [way for name, way in calls if _rank(name) == 2 and not way.rated and "Y" not in way.roles]
    back = [way for name, way in calls if _rank(name) == 0 and not way.rated]
    step = [way for name, way in calls if _rank(name) == 1 and way.rated and "Y" not in way.roles]
    for one, two, three in itertools.product(forward, back, step):
        if {"X", "Y"} <= one.roles | two.roles | kept:
            run = "\n".join((_lines(one, "out"), _lines(two, "back"), _lines(three, "result")))
            found.append((3, Calls(run, True)))
    return [calls for _, calls in sorted(found, key=lambda one: one[0])][:_MOST_SEQUENCES]


def _lines(way: Way, result: str) -> str:
    return "\n".join((*way.setup, *way.before, f"{result} = {way.call}"))


def _remembers(first: str, second: str) -> bool:
    """Whether a method may keep the targets for another one: `forward(X, y)`, then `backward()`."""
    return _rank(first) == 2 and _rank(second) == 0


def _rank(name: str) -> int:
    """What a method's name promises: gradients, training, or the forward pass."""
    plain = vocabulary.plain(name)
    if any(word in plain for word in ("back", "grad", "retro", "ruck", "bp")):
        return 0
    return 2 if any(word in plain for word in ("forward", "predict", "feed", "vor", "avant")) else 1


def _computed(method: Function) -> bool:
    """Whether it is a property, a class method or a static method."""
    names = {ast.unparse(one) for one in method.node.decorator_list}
    return any(name.endswith(("property", "classmethod", "setter")) for name in names)


def _holder(function: Function, facts: Facts, depth: int = 2) -> str:
    """Parameter that a function takes attributes or keys of, or that it hands on to one that does: the object."""
    if function.required and vocabulary.kind(function.required[0]) == "container":
        return function.required[0]
    for name in function.required:
        for node in ast.walk(function.node):
            value = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
            if isinstance(value, ast.Name) and value.id == name and _reaches_in(node):
                return name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and depth:
                called = next((one for one in facts.functions if one.name == node.func.id), None)
                given = dict(zip(called.required, node.args, strict=False)) if called else {}
                held = given.get(_holder(called, facts, depth - 1)) if called else None
                if isinstance(held, ast.Name) and held.id == name:
                    return name
    return ""


def _reaches_in(node: ast.AST) -> bool:
    """Whether an attribute or a key is none that arrays have."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    arrays = ("shape", "T", "size", "dot", "sum", "copy", "reshape", "mean", "ndim", "astype")
    return isinstance(node, ast.Attribute) and node.attr not in arrays


def of_module(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Put the parameters into the file's globals, and the data where functions read it there, and call those."""
    for function in facts.functions:
        yield ""
        found = products.of(function, facts)
        declared = _declared(function)
        local = {*function.required, *function.optional, *(bound_in(function.node) - declared)}
        places = {name: place for name, place in found.places.items() if name in PARAMETERS}
        several = [{name: found.axes[name] for name in ("W1", "W2")}] if found.whole else []
        if not found.whole:  # what is updated may be told by words
            places = {
                role: name for name, role in vocabulary.roles(sorted(declared)).items() if role in PARAMETERS
            }
            several = (
                [{"W1": "d h", "W2": "h k"}, {"W1": "h d", "W2": "k h"}] if {"W1", "W2"} <= places.keys() else []
            )
        if not several or any(place.split("[")[0].split(".")[0] in local for place in places.values()):
            continue
        slots = {name: f"submission.{place}" for name, place in places.items()}
        rates = _global_rates(facts)
        trials = []
        for data in _global_data(facts, found.places.get("X", ""), {*found.places.values(), *rates}):
            setup = globals_set(facts) + "\n".join(
                (
                    *constructing.created(slots),
                    *(f"submission.{name} = {role}" for role, name in data.items()),
                    *(f"submission.{rate} = {RATE}" for rate in rates),
                )
            )
            kept = frozenset({*slots, *data})
            calls = [
                (one.name, way)
                for one in facts.functions
                for way in itertools.islice(ways(one, facts, kept=kept, output="out"), _WAYS)
            ]
            trials += [
                Trial(
                    setup=setup,
                    run=text,
                    roots=("result", "submission"),
                    layout=layout,
                    roles=frozenset(slots),
                    slots=slots,
                    rated=rated or bool(rates),
                    literal=literal_rate(ast.walk(facts.tree), facts.tree),
                    covering=pairs == "several",
                )
                for run, rated, pairs in sequences(calls, kept)
                for axes in several
                for text, layout in laid_out(
                    run,
                    pairs,
                    constructing.layouts(axes, "b1" in places),
                    constructing.parameters(axes),
                    not facts.numpy,
                )
            ]
        yield from likeliest(explore(sandbox, path, trials), facts)


def _declared(function: Function) -> set[str]:
    """Globals that a function binds, or changes entries of: `weights[j][k] -= step`."""
    targets = assigned(function.node.body)
    changed = {target[0] for target in targets if len(target) > 1 and target[1].startswith("[")}
    plain = {target[0] for target in targets if len(target) == 1}
    declared = {name for node in ast.walk(function.node) if isinstance(node, ast.Global) for name in node.names}
    return declared | (changed - plain - {*function.required, *function.optional})


def _global_data(facts: Facts, x: str, taken: set[str]) -> list[dict[str, str]]:
    """Globals that functions read X and Y from, in ways that may be; none of them where they are given those."""
    values = named_values(facts.tree.body)
    given = {name for name, value in values if not isinstance(value, ast.Constant | ast.Lambda)}
    read: set[str] = set()
    for one in facts.functions:
        read |= names_in(one.node) - bound_in(one.node) - {*one.required, *one.optional}
    targets = sorted((given & read) - taken, key=lambda name: vocabulary.kind(name) != "Y")
    if x not in given:
        return [{}]
    return [{"X": x, "Y": y} for y in targets[:2]] or [{"X": x}]


def _global_rates(facts: Facts) -> list[str]:
    """Globals that are a learning rate by name."""
    none = guards(ast.walk(facts.tree))
    return vocabulary.rates(name for name, _ in named_values(facts.tree.body) if name not in none)
