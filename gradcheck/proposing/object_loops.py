"""
Candidates: a pass of the file's own loop, in which objects of its classes go forward and back.

What the objects keep is looked at after a pass as it is: the arrays that fit together are the parameters.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence

from gradcheck.config import Contract, ScriptContract
from gradcheck.proposing import constructing, loops, scripts, vocabulary
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.exploring import SIZES, Leaf
from gradcheck.proposing.facts import Facts, Function, bound_in, names_in
from gradcheck.proposing.layouts import EXAMPLES, ROWS, Layout
from gradcheck.proposing.loops import Loop, Training
from gradcheck.proposing.products import Found
from gradcheck.submissions.sandbox import Sandbox

_MOST = 4  # loops of one file
_OTHERS = ("rate", "rounds", "batch_size", "decay", "size", "output")


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate]:
    """Inject into every loop that has objects of the file's in it."""
    for function, index, loop in itertools.islice(_loops(facts), _MOST):
        for x, y in _pairs(_data(loop, facts)):
            for form, layout in _forms(loop):
                slots = _slots(
                    sandbox, path, (function, index, loop), {x: f"X{form}", y: _target(layout, form)}, layout
                )
                if slots.places:
                    training = Training(
                        body=tuple(loop.body),
                        found=Found(
                            places={"X": x, **slots.places},
                            axes={"X": layout.axes["X"], "W1": slots.axes["W1"], "W2": slots.axes["W2"]},
                            targets=[y],
                            indexed=bool(form),
                        ),
                        function=function,
                        steps=tuple(loops.steps(loop)),
                        counters=frozenset(bound_in(loop)) - {x, y},
                        form=form,
                    )
                    yield from scripts.of_training(sandbox, path, training, scripts.known(facts, training))


def _loops(facts: Facts) -> Iterator[tuple[Function | None, int, Loop]]:
    """Loops that call what the file defines, with the function that has them and their number in it."""
    own = facts.own | {method.name for one in facts.classes for method in one.methods}
    for function in (None, *facts.functions):
        body = function.node.body if function else facts.tree.body
        for index, loop in enumerate(loops.outermost(body), 1):
            calls = [node.func for node in ast.walk(loop) if isinstance(node, ast.Call)]
            if any(isinstance(one, ast.Attribute) and one.attr in own for one in calls) and facts.classes:
                yield function, index, loop


def _data(loop: Loop, facts: Facts) -> list[str]:
    """Names that a loop uses and does not give, which may be data."""
    taken = bound_in(loop) | facts.own
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            taken |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign) and (
            isinstance(node.value, ast.Constant | ast.Lambda) or (names_in(node.value) & facts.own)
        ):
            taken |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    called = {
        node.func.id for node in ast.walk(loop) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    called |= {
        node.value.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    used = [node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return [
        name for name in dict.fromkeys(used) if name not in taken | called and vocabulary.kind(name) not in _OTHERS
    ]


def _pairs(data: Sequence[str]) -> Iterator[tuple[str, str]]:
    """X and Y among some names, as words say first."""

    def unlikely(pair: tuple[str, str]) -> int:
        return (vocabulary.kind(pair[0]) != "X") + (vocabulary.kind(pair[1]) != "Y")

    yield from sorted(itertools.permutations(data, 2), key=unlikely)[:2]


def _forms(loop: Loop) -> Iterator[tuple[str, Layout]]:
    """What X is: all examples, in rows, with labels; or one that a loop goes to."""
    inner = [node for node in ast.walk(loop) if isinstance(node, ast.For)]
    for y in ("n k", "labels"):
        yield "", Layout({**ROWS.axes, "Y": y})
    if len(inner) > 1 or isinstance(loop, ast.While):
        for form in EXAMPLES:
            yield form, Layout(ROWS.axes, {"n": 1})


def _target(layout: Layout, form: str) -> str:
    return "Y" if layout.axes["Y"] == "labels" else f"Y{form}"


def _slots(
    sandbox: Sandbox,
    path: str,
    where: tuple[Function | None, int, Loop],
    inject: Mapping[str, str],
    layout: Layout,
) -> constructing.Slots:
    """Run a pass with nothing but the data injected, and tell the parameters by how they fit together."""
    function, index, _ = where
    script = ScriptContract(inject=dict(inject), loop=index, function=function.name if function else "")
    contract = Contract(axes=layout.axes, script=script, gradients={"W1": "after('0')"})
    views = scripts.survey(sandbox, path, Candidate(contract=contract, layout=layout))
    if isinstance(views, str):
        return constructing.Slots()
    examples = [sizes["n"] for sizes in SIZES]
    leaves = []
    for place in views[0].left:
        if all(place in view.left for view in views) and place.isascii():
            arrays = [view.left[place] for view in views]
            along = [list(sizes) for sizes in zip(*(one.shape for one in arrays), strict=False)]
            if not layout.pins.get("n") and examples in along:
                continue  # it has an entry for each example
            leaves.append(
                Leaf(
                    path=place,
                    shapes=tuple(one.shape for one in arrays),
                    new=True,
                    changed=False,
                    same=tuple(
                        name
                        for name in ("X", "Y")
                        if place.partition("[")[0] in inject and inject[place.partition("[")[0]].startswith(name)
                    ),
                    prints=(),
                    float=True,
                )
            )
    return constructing.chained([leaf for leaf in leaves if "." in leaf.path or "[" in leaf.path])
