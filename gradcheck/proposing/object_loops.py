"""
Candidates: a pass of the file's own loop, in which objects of its classes go forward and back.

What the loop needs is made as the file makes it, and looked at: the arrays that fit together are the parameters.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from gradcheck.proposing import constructing, loops, scripts, vocabulary
from gradcheck.proposing.calls import RATE
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.exploring import Trial, explore
from gradcheck.proposing.facts import Facts, Function, named_values
from gradcheck.proposing.layouts import EXAMPLES, ROWS
from gradcheck.proposing.loops import Loop, Training
from gradcheck.proposing.products import Found
from gradcheck.proposing.replays import flat, makes, needed_for
from gradcheck.proposing.usage import bound_in, names_in
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.submissions.targets import scope_walk

_MOST = 6  # loops of one file
_OTHERS = ("rate", "rounds", "batch_size", "decay", "size", "output")


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Inject into every loop that has objects of the file's in it."""
    for function, loop, before in itertools.islice(_loops(facts), _MOST):
        made = _made(before, facts)
        needed = names_in(loop) - bound_in(loop)
        for x, y in _pairs(_data(loop, made, facts)):
            setup = "\n".join((f"{x}, {y} = X, Y", *needed_for(before, needed - {x, y}, {x, y})))
            left = explore(
                sandbox, path, [Trial(setup="", run=setup, roots=tuple(sorted(made & needed)), layout=ROWS)]
            )
            slots = constructing.chained(left[0].leaves)
            if not slots.places:
                continue
            rates = constructing.rates(left[0].leaves, facts)
            zeros = constructing.zeros_beside(slots, left[0].leaves)
            for form in EXAMPLES if _one_by_one(loop) else EXAMPLES[:1]:
                for x_axes in ("n d",) if form or slots.axes["W1"] == "d h" else ("n d", "d n"):
                    training = Training(
                        body=tuple(loop.body),
                        found=Found(
                            places={"X": x, **slots.places},
                            axes={"X": x_axes, **slots.axes},
                            targets=[y],
                            indexed=bool(form),
                        ),
                        function=function,
                        steps=tuple(loops.steps(loop)),
                        counters=frozenset(bound_in(loop)) - {x, y},
                        form=form,
                        literal=loops.literal_rate(scope_walk(loop.body), facts.tree),
                    )
                    more = scripts.known(facts, training) | zeros | dict.fromkeys(rates, str(RATE))
                    yield from scripts.of_training(sandbox, path, training, more)


def _loops(facts: Facts) -> Iterator[tuple[Function | None, Loop, list[ast.stmt]]]:
    """Loops that call methods of the file's, the function that has them, and the statements before them."""
    methods = {method.name for one in facts.classes for method in one.methods}
    for function in (None, *facts.functions):
        statements = list(flat(function.node.body if function else facts.tree.body))
        for index, loop in enumerate(statements):
            if isinstance(loop, ast.For | ast.While):
                calls = [node.func for node in ast.walk(loop) if isinstance(node, ast.Call)]
                if any(isinstance(one, ast.Attribute) and one.attr in methods for one in calls):
                    yield function, loop, statements[:index]


def _made(before: Sequence[ast.stmt], facts: Facts) -> set[str]:
    """Names of objects of the file's, and of what its functions make, but for data that they make up."""
    classes = {one.name for one in facts.classes}
    return {
        name
        for statement in before
        if makes(statement, facts.own)
        for name in bound_in(statement)
        if makes(statement, classes) or vocabulary.kind(name) not in ("X", "Y")
    }


def _data(loop: Loop, made: set[str], facts: Facts) -> list[str]:
    """Names that a loop uses and does not give, and that may be data."""
    taken = bound_in(loop) | facts.own | made
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            taken |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    taken |= {
        name for name, value in named_values(ast.walk(facts.tree)) if isinstance(value, ast.Constant | ast.Lambda)
    }
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            taken.add(node.func.id)
    used = [node.id for node in ast.walk(loop) if isinstance(node, ast.Name)]
    return [name for name in dict.fromkeys(used) if name not in taken and vocabulary.kind(name) not in _OTHERS]


def _pairs(data: Sequence[str]) -> list[tuple[str, str]]:
    """X and Y among some names, as words say first."""

    def unlikely(pair: tuple[str, str]) -> int:
        return (vocabulary.kind(pair[0]) != "X") + (vocabulary.kind(pair[1]) != "Y")

    return sorted(itertools.permutations(data, 2), key=unlikely)[:2]


def _one_by_one(loop: Loop) -> bool:
    """Whether a loop goes through examples: there is a loop in it, or it takes what it goes through apart."""
    inner = [node for node in ast.walk(loop) if isinstance(node, ast.For)]
    return len(inner) > isinstance(loop, ast.For) or (
        isinstance(loop, ast.For) and isinstance(loop.target, ast.Tuple)
    )
