"""
Candidates: the file's own making and training of its network, taken over.

A file that builds its network of objects says itself how: `net = Network(); net.add(Dense(2, 3)); ...`. The
statements that a call of its own needs are taken over as they stand, the arrays are put where it keeps its own,
and the call is made with the arrays in place of its data. Sizes don't matter: what the file fills is replaced.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.proposing import constructing, vocabulary
from gradcheck.proposing.calls import DECAY, RATE
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.exploring import Trial, explore
from gradcheck.proposing.facts import Facts, Function, named_values
from gradcheck.proposing.functions import likeliest
from gradcheck.proposing.layouts import EXAMPLES, ROWS
from gradcheck.proposing.usage import bound_in, names_in, repeats
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.submissions.targets import SCOPES, scope_walk

_MOST = 12  # calls of one file that are taken over
_NUMBERS = {"rate": str(RATE), "rounds": "1", "batch_size": "n", "decay": DECAY}


@dataclass(frozen=True, kw_only=True)
class Replay:
    """
    A call of the file's own, and what it needs.

    Attributes
    ----------
    setup : str
        Statements before it, those of the file.
    call : str
        With `{X}` and `{Y}` in place of the data.
    roots : tuple of str
        Names whose values it works on.
    rated : bool
        Whether it is given a learning rate: `RATE`.
    """

    setup: str
    call: str
    roots: tuple[str, ...]
    rated: bool


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Take over the file's own calls, the likeliest last ones first."""
    replays = list(_replays(facts))[:_MOST]
    lefts = explore(
        sandbox,
        path,
        [Trial(setup="", run=one.setup, roots=one.roots, layout=ROWS) for one in replays],
    )
    trials: list[Trial] = []
    for one, left in zip(replays, lefts, strict=True):
        slots = constructing.chained(left.leaves)
        if not slots.places:
            continue
        rates = constructing.rates(left.leaves, facts)
        lines = [*constructing.assignments(slots), *(f"{place} = {RATE}" for place in rates)]
        for layout in constructing.layouts(slots.axes, "b1" in slots.places):
            for form in EXAMPLES if "n" in layout.axes["X"].split() else ("",):
                pins = {**layout.pins, "n": 1} if form else layout.pins
                trials.append(
                    Trial(
                        setup="\n".join((one.setup, *lines)),
                        run="result = " + one.call.replace("{X}", f"X{form}").replace("{Y}", f"Y{form}"),
                        roots=(*one.roots, "result"),
                        layout=replace(layout, pins=pins),
                        roles=frozenset(slots.places),
                        slots=slots.places,
                        rated=one.rated or bool(rates),
                    )
                )
    yield from likeliest(explore(sandbox, path, trials), facts)


def _replays(facts: Facts) -> Iterator[Replay]:
    """Calls in the file's own scope, then in its functions, that are given data and something that they train."""
    for body in (facts.tree.body, *(function.node.body for function in facts.functions)):
        statements = list(flat(body))
        found = [
            replay
            for index, statement in enumerate(statements)
            for call in _calls(statement)
            if (replay := _replay(call, statements[:index], facts)) is not None
        ]
        yield from dict.fromkeys(found)


def flat(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in order, those of the main guard and the like among them."""
    for statement in body:
        if isinstance(statement, ast.If | ast.With | ast.Try):
            yield from flat(statement.body)
        else:
            yield statement


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Calls that a statement, or one in a loop, consists of."""
    if isinstance(statement, SCOPES):
        return
    for node in scope_walk([statement]):
        if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
            yield node.value


def _replay(call: ast.Call, before: Sequence[ast.stmt], facts: Facts) -> Replay | None:
    """Take over one call, if it is one of the file's own that is given X and Y."""
    function = _called(call, facts)
    if function is None:
        return None
    own = facts.own
    # what is given to which parameter
    parameters = (*function.required, *function.optional)
    given = [(name, "", value) for name, value in zip(parameters, call.args, strict=False)]
    given += [(keyword.arg, keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    made = {name for statement in before if makes(statement, own) for name in bound_in(statement)}
    texts, data, made_here, rated = [], [], [], False
    for index, (parameter, keyword, value) in enumerate(given):
        kind = "rounds" if repeats(function, parameter) else vocabulary.kind(parameter)
        text = ast.unparse(value)
        if kind in _NUMBERS:
            text, rated = _NUMBERS[kind], rated or kind == "rate"
        elif makes(value, own):
            made_here.append(f"given_{index} = {text}")
            text = f"given_{index}"
        elif _is_data(value, made, facts):
            data.append((parameter, text))
            text = f"{{{len(data)}}}"
        texts.append(f"{keyword}={text}" if keyword else text)
    named = {parameter for parameter, _, _ in given}
    for name in vocabulary.rates({one: default for one, default in function.optional.items() if one not in named}):
        texts, rated = [*texts, f"{name}={RATE}"], True
    sides = _sides(data)
    if len(sides) != 2:
        return None
    turned = vocabulary.kind(data[sides[0][0]][0]) == "Y" or vocabulary.kind(data[sides[1][0]][0]) == "X"
    arguments = ", ".join(texts)
    for role, side in zip("YX" if turned else "XY", sides, strict=True):
        for index in side:
            arguments = arguments.replace(f"{{{index + 1}}}", f"{{{role}}}")
    needed = names_in(call) - {name for _, text in data for name in names_in(ast.parse(text))}
    x, y = (data[side[0]][1] for side in (sides[::-1] if turned else sides))
    aliases = [f"{x}, {y} = X, Y"] if x.isidentifier() and y.isidentifier() else []
    taken = [*needed_for(before, needed, {text for _, text in data}), *made_here]
    roots = sorted(needed & made) + [line.partition(" = ")[0] for line in made_here]
    if not roots:
        return None
    used = any(re.search(rf"\b{re.escape(text)}\b", line) for line in taken for _, text in data)
    return Replay(
        setup="\n".join([*(aliases if used else []), *taken]),
        call=f"{ast.unparse(call.func)}({arguments})",
        roots=tuple(roots),
        rated=rated,
    )


def _sides(data: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Tell X from Y among arguments: of more than two those go together that are parts of one: `X[:9], X[9:]`."""
    if len(data) == 2:
        return [[0], [1]]
    groups: dict[frozenset[str], list[int]] = {}
    for index, (_, text) in enumerate(data):
        groups.setdefault(frozenset(names_in(ast.parse(text))), []).append(index)
    return list(groups.values())


def _called(call: ast.Call, facts: Facts) -> Function | None:
    """The function or method of the file that is called."""
    if isinstance(call.func, ast.Name):
        return next((one for one in facts.functions if one.name == call.func.id), None)
    if isinstance(call.func, ast.Attribute):
        methods = [method for one in facts.classes for method in one.methods]
        return next((one for one in methods if one.name == call.func.attr), None)
    return None


def makes(node: ast.AST, own: set[str]) -> bool:
    """Whether an object of the file's is made, or what a function of it makes."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in own
        for one in ast.walk(node)
    )


def _is_data(value: ast.expr, made: set[str], facts: Facts) -> bool:
    """Whether an argument may be the file's data: neither a number nor a function nor an object of its own."""
    names = names_in(value)
    plain = (ast.Constant, ast.Lambda, ast.Tuple, ast.Dict)
    values = named_values(facts.tree.body)
    functions = facts.own | {name for name, given in values if isinstance(given, plain)}
    return bool(names) and not names & (made | functions) and not isinstance(value, ast.Lambda)


def needed_for(before: Sequence[ast.stmt], needed: set[str], data: set[str]) -> list[str]:
    """Statements that what is needed comes of: those that bind it, and those that do something to it."""
    taken: list[str] = []
    for statement in reversed(before):
        if isinstance(statement, (*SCOPES, ast.Import, ast.ImportFrom)):
            continue
        bound = bound_in(statement) - data
        does = (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and _root(statement.value.func)
        )
        if bound & needed or (does and does in needed):
            taken.insert(0, ast.unparse(statement))
            needed = needed | names_in(statement)
    return taken


def _root(node: ast.expr) -> str:
    """Name that a method is called of."""
    inner = node
    while isinstance(inner, ast.Attribute | ast.Subscript):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) and inner is not node else ""
