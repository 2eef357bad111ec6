"""Ways of calling a function: which of the network's arrays each of its parameters may be."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.proposing import products, vocabulary
from gradcheck.proposing.facts import HELD, Container, Facts, Function, container
from gradcheck.proposing.layouts import FLAT, PAIRS
from gradcheck.proposing.usage import accumulates, drops_last, in_batches, over_pairs, repeats

ARRAYS = ("X", "Y", "W1", "b1", "W2", "b2")
RATE = 0.7
DECAY = "_decay_"
"""Stands for a weight decay: none while ways are explored, `GIVEN_DECAY` in the contract, to show mistakes."""
MOST_WAYS = 120
_FEW = 12
_NAMES = (*ARRAYS, "n", "d", "h", "k", "np", "own", "result", "out", "net", "submission")
_DEEPEST = 3
# What a parameter is given that has to do with training and not with the network.
_TRAINING = ("rounds", "batch_size")
_PLAIN = {"rate": str(RATE), "rounds": "1", "decay": DECAY, "batch_size": "n", "size": "h"}


@dataclass(frozen=True)
class Way:
    """
    One way of calling a function.

    Attributes
    ----------
    before : tuple of str
        Statements that make what the call needs.
    call : str
        The call, an expression.
    roles : frozenset of str
        Arrays that it is given, by the statements before it, too.
    rated : bool
        Whether it is given a learning rate: `RATE`.
    setup : tuple of str
        Statements that make the containers in which it is given arrays, before anything is called.
    places : mapping
        Array to its place in one of those, such as `params['W1']`.
    flat : bool
        Whether it is given one vector with all parameters in it.
    pairs : str
        Whether it is given X and Y as `PAIRS`: `several` if it sums over them, `any` if it may not.
    """

    before: tuple[str, ...]
    call: str
    roles: frozenset[str]
    rated: bool
    setup: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    flat: bool = False
    pairs: str = ""


@dataclass(frozen=True)
class Maker:
    """A function that makes what another one needs: parameter to the name of its result, and all its results."""

    made: Mapping[str, str]
    results: tuple[str, ...]


def ways(
    function: Function,
    facts: Facts,
    called: str = "",
    given: Mapping[str, str] | None = None,
    depth: int = 0,
    kept: frozenset[str] = frozenset(),
    output: str = "",
    others: Mapping[str, Function] | None = None,
) -> Iterator[Way]:
    """
    Enumerate ways of calling a function, the likeliest first.

    Parameters
    ----------
    function : Function
    facts : Facts
    called : str
        How it is called, if not by its name: `net.train`.
    given : mapping, optional
        Parameters whose argument is known, and the argument.
    depth : int
        How many functions need this one's results.
    kept : frozenset of str
        Arrays that the submission keeps itself, and is not given.
    output : str
        What is given where a word says that the network's output is wanted.
    others : mapping, optional
        What may be called to make what is needed: by how it is called; all functions of the file, if not given.
    """
    others = {one.name: one for one in facts.functions} if others is None else others
    taken = dict(given or {})
    pairs = ""
    for name in function.required:
        loop = over_pairs(function, name) if name not in taken and not {"X", "Y"} & kept else None
        if loop is not None:
            taken[name], pairs = PAIRS, "several" if accumulates(function, loop) else "any"
            kept |= {"X", "Y"}
    parameters = [name for name in function.required if name not in taken]
    templates = {name: found for name in parameters if (found := _opened(function, name, facts))}
    flat = [part for name in parameters for part in (templates[name].names if name in templates else (name,))]
    roles = _roles(function, flat, facts)
    if output:
        taken |= {name: output for name in parameters if vocabulary.kind(name) == "output"}
        flat = [name for name in flat if name not in taken]
        roles = {name: role for name, role in roles.items() if name not in taken}
    keywords = _keywords(function, {*roles.values()})
    letters = vocabulary.sizes([name for name in flat if roles.get(name) == "size"])
    free = [name for name in flat if name not in roles]
    called = called or function.name
    yield from _vector(called, flat, roles, letters, keywords, {*roles.values(), *kept})
    every = _makers(function, free, facts, others) if depth < _DEEPEST else {}
    none: dict[str, Maker] = {}
    known = [role for role in (*keywords.values(), *roles.values(), *kept) if role in (*ARRAYS, "rate")]
    # a name may also be another function's result by chance
    for makers in (every, none) if every else (none,):
        needs = {name: alias for maker in makers.values() for name, alias in maker.made.items()}
        unknown = [name for name in free if name not in needs]
        for filling in itertools.islice(_fillings(unknown, known), _FEW if every else MOST_WAYS):
            every_role = {**roles, **filling}
            values = {name: _PLAIN.get(role, role) for name, role in every_role.items()} | letters | needs
            held = _held(templates, values, {*needs})
            arguments = [
                taken.get(name)
                or (
                    name
                    if name in held.setup
                    else held.inline.get(name) or _labelled(function, name, values[name])
                )
                for name in function.required
            ]
            text = f"{called}({', '.join([*arguments, *(f'{name}={value}' for name, value in keywords.items())])})"
            used = {role for role in (*every_role.values(), *keywords.values()) if role in ARRAYS}
            for prepared in itertools.islice(_prepared(makers, facts, depth, kept, others), 6):
                made = tuple(f"{name} = {text}" for name, text in held.setup.items())
                yield Way(
                    before=prepared.before,
                    call=f"next({text})" if _generates(function) else text,
                    roles=frozenset(used | prepared.roles | ({"X", "Y"} if pairs else set())),
                    rated=str(RATE) in keywords.values() or "rate" in every_role.values(),
                    setup=tuple(dict.fromkeys((*prepared.setup, *made))),
                    places={**prepared.places, **held.places},
                    pairs=pairs,
                )


def _labelled(function: Function, name: str, value: str) -> str:
    """Give a row of the data with a place for the label that the function leaves out."""
    return f"np.append({value}, 0.0)" if value == "X" and drops_last(function, name) else value


def _keywords(function: Function, given: set[str]) -> dict[str, str]:
    """What parameters with a default are given, where that is not left to them."""
    kinds = {name: _of_training(function, name) or vocabulary.kind(name) for name in function.optional}
    found = {name: _PLAIN[kind] for name, kind in kinds.items() if kind in _TRAINING}
    found |= dict.fromkeys(vocabulary.rates(function.optional), str(RATE))
    found |= dict.fromkeys(vocabulary.decays(function.optional), DECAY)
    # `y=None` asks for no more than the forward pass
    asked = [name for name, default in function.optional.items() if default == "None"]
    return found | {name: kinds[name] for name in asked if kinds[name] in {"X", "Y"} - given}


def _vector(
    called: str,
    names: Sequence[str],
    roles: Mapping[str, str],
    letters: Mapping[str, str],
    keywords: Mapping[str, str],
    known: set[str],
) -> Iterator[Way]:
    """Call with all parameters in one vector: the one name that can be them, the sizes told beside it."""
    free = [name for name in names if name not in roles]
    vectors = [name for name in free if vocabulary.kind(name) in ("W", "container")]
    if len(vectors) == len(free) == 1 and {*letters.values()} == {*"dhk"} and {"X", "Y"} <= known:
        values = (
            {name: _PLAIN.get(role, role) for name, role in roles.items()} | dict(letters) | {vectors[0]: FLAT}
        )
        text = ", ".join([*(values[name] for name in names), *(f"{name}={one}" for name, one in keywords.items())])
        yield Way((), f"{called}({text})", frozenset({"X", "Y", "W1", "W2"}), False, flat=True)


@dataclass(frozen=True)
class _Held:
    """Containers of parameters: those that get a name first, those that don't, and the places in the former."""

    setup: Mapping[str, str]
    inline: Mapping[str, str]
    places: Mapping[str, str]


def _held(templates: Mapping[str, Container], values: Mapping[str, str], needs: set[str]) -> _Held:
    """Fill containers; what may be changed in place gets a name, to be looked at again."""
    filled = {name: one.template.format(**values) for name, one in templates.items()}
    named = [name for name in filled if name not in _NAMES and not needs & templates[name].places.keys()]
    places = {
        values[part]: place.replace(HELD, name)
        for name in named
        for part, place in templates[name].places.items()
        if values[part] in ARRAYS
    }
    return _Held({name: filled[name] for name in named}, filled, places)


def _roles(function: Function, names: Sequence[str], facts: Facts) -> dict[str, str]:
    """Roles of parameters and their parts: what the products in the function say comes before what words say."""
    found = products.of(function, facts)
    roles: dict[str, str] = {}
    # of a backward pass the products are others: they begin with what it computes itself
    if found.whole and any(_root(found.places["X"]) == name for name in names):
        for name in names:
            ends = (f"[{name!r}]", f".{name}")
            places = {role for role, place in found.places.items() if _root(place) == name or place.endswith(ends)}
            roles |= dict.fromkeys([name] if places else [], next(iter(places), ""))
        targets = [name for name in map(_root, found.targets) if name in names and name not in roles]
        targets = [name for name in targets if vocabulary.kind(name) not in _PLAIN]
        likely = [name for name in targets if vocabulary.kind(name) == "Y"] or targets[:1]
        roles |= dict.fromkeys(likely[:1], "Y")
    unspoken = [name for name in names if name not in roles and vocabulary.kind(name) not in ("size", *_TRAINING)]
    roles |= {name: role for name in unspoken if (role := _of_training(function, name))}
    spoken = vocabulary.roles([name for name in names if name not in roles])
    for name, role in spoken.items():
        if role in _PLAIN or (role in ARRAYS and role not in roles.values()):
            roles[name] = role
    return roles


def _of_training(function: Function, name: str) -> str:
    """What a parameter is by what is done with it, whatever it is called: how often, or how many at a time."""
    return "rounds" if repeats(function, name) else "batch_size" if in_batches(function, name) else ""


def _root(place: str) -> str:
    """Name that a place begins with, if it is no more than a part of that: `b` of `b[0]`."""
    return re.sub(r"(\[-?\d+\])+$", "", place)


def _opened(function: Function, name: str, facts: Facts) -> Container | None:
    """How a parameter is taken apart, if the parts are arrays of the network."""
    found = container(function, name, facts)
    if found is None or vocabulary.kind(name) in ("X", "Y", "rate"):
        batch = found is not None and {vocabulary.kind(part) for part in found.names} == {"X", "Y"}
        return found if batch else None
    kinds = [vocabulary.kind(part) for part in found.names]
    known = sum(one in ("W", "b", "X", "Y") for one in kinds)
    return found if known > 1 or (vocabulary.kind(name) == "container" and len(kinds) in (2, 4)) else None


def _fillings(unknown: Sequence[str], known: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give the arrays that nobody has yet to the names that no word fits, in the usual order first."""
    rest = [role for role in ARRAYS if role not in known]
    needed = [role for role in rest if role[0] != "b"]
    if len(unknown) <= len(needed) and not set(known) & {"b1", "b2"}:
        rest = needed
    # where more is asked for than there are arrays, the last is a learning rate or how many examples there are
    numbers = [number for number in ("rate", "batch_size") if number not in known]
    for number in numbers if len(unknown) == len(rest) + 1 else ("",):
        some = [*rest, number] if number else rest
        for order in itertools.islice(itertools.permutations(some, len(unknown)), MOST_WAYS):
            yield dict(zip(unknown, order, strict=True))


def _makers(
    function: Function, names: Sequence[str], facts: Facts, others: Mapping[str, Function]
) -> dict[str, Maker]:
    """Functions that make what another one needs, by how they are called."""
    wanted = {name: {name} for name in names}
    for arguments in facts.arguments.get(function.name, ()):
        for name, argument in zip(function.required, arguments, strict=False):
            if name in wanted and argument:
                wanted[name].add(argument)
    choices: list[tuple[int, str, Maker]] = []
    for called, maker in others.items():
        given = {*vocabulary.roles(_flat(maker, facts)).values()} & {"X", "W1", "W2"}
        passes = len(given) == 3 or ("X" in given and products.of(maker, facts).whole)
        for results in facts.results.get(maker.name, ()) if maker.name != function.name else ():
            made = {
                name: alias for name, aliases in wanted.items() for alias in results if alias and alias in aliases
            }
            if "" in results and passes:
                # what a forward pass returns without a name is what nothing else has: `return a2, (z1, a1)`
                rest = [name for name in names if name not in made and vocabulary.kind(name) not in (*"XYWb",)]
                results = tuple(one or (rest.pop() if rest else "") for one in reversed(results))[::-1]
                made |= {name: name for name in names if name in results}
            if made:
                choices.append((len(made) + 2 * len(given), called, Maker(made, results)))
    chosen: dict[str, Maker] = {}
    for _, maker_name, one in sorted(choices, key=lambda choice: -choice[0]):
        done = {name for other in chosen.values() for name in other.made}
        if maker_name not in chosen and not one.made.keys() <= done:
            made = {name: alias for name, alias in one.made.items() if name not in done}
            chosen[maker_name] = Maker(made, one.results)
    return chosen


def _flat(function: Function, facts: Facts) -> list[str]:
    """Parameters of a function, those that it takes apart by their parts."""
    opened = {name: _opened(function, name, facts) for name in function.required}
    return [part for name, found in opened.items() for part in (found.names if found else (name,))]


def _prepared(
    makers: Mapping[str, Maker], facts: Facts, depth: int, kept: frozenset[str], others: Mapping[str, Function]
) -> Iterator[Way]:
    """Statements that call the functions whose results are needed; without a call of its own."""
    choices: list[list[Way]] = []
    for called, maker in makers.items():
        inner = ways(others[called], facts, called, depth=depth + 1, kept=kept, others=others)
        found = list(itertools.islice(inner, 6))
        targets = ", ".join(result or "_" for result in maker.results)
        choices.append([replace(way, before=(*way.before, f"{targets} = {way.call}")) for way in found])
    for chosen in itertools.product(*choices):
        yield Way(
            before=tuple(dict.fromkeys(line for way in chosen for line in way.before)),
            call="",
            roles=frozenset(role for way in chosen for role in way.roles),
            rated=any(way.rated for way in chosen),
            setup=tuple(dict.fromkeys(line for way in chosen for line in way.setup)),
            places={name: place for way in chosen for name, place in way.places.items()},
        )


def _generates(function: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function.node))
