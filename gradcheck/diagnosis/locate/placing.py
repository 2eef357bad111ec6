"""
Where the wrong value that a fault predicts was computed.

The fault says what its step came to. The place is the first expression with that value; or, where the value is a
right quantity that is used for another (an unsummed delta for a bias's gradient), the last one. A step that the
program never has by itself, such as a slope inside a product, is looked for in what is made of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate import helpers
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.locate.uses import given

_AROUND = {"1": ("a1", "delta2", "grad_a1", "delta1"), "2": ("a1", "a2", "grad_a2", "delta2")}
_MADE_OF = {
    "z1": "a1", "a1": "z2", "z2": "a2", "a2": "a2 - y", "grad_a2": "delta2", "slope2": "delta2",
    "delta2": "gradient w2", "grad_a1": "delta1", "slope1": "delta1", "delta1": "gradient w1",
    "w1": "gradient w1", "b1": "gradient b1", "w2": "gradient w2", "b2": "gradient b2",
    "gradient w2": "gradient b2", "gradient w1": "gradient b1",
}  # fmt: skip
_STEPS = {*_MADE_OF, *_MADE_OF.values()}  # what a pass has anyhow, and may be taken for another


def places(program: Program, observation: Observation, wrong: Table, site: str) -> list[Root]:
    """
    Find the expressions that made a fault's value.

    Parameters
    ----------
    program : Program
    observation : Observation
        A watched run; its table has the right quantities.
    wrong : Table
        The quantities of the pass with the fault, on the same probe.
    site : str
        The step that it corrupts.

    Returns
    -------
    list of Root
        The likeliest first; empty where no expression has such a value.
    """
    executed = sorted(
        (root for root in program.roots if root.expression in observation.values),
        key=lambda root: observation.first[root.expression],
    )
    blameless = {root for root in executed if helpers.right_by_itself(program, observation, root)}
    names = {root: _names(program, observation, wrong, root) for root in executed if root not in blameless}
    made: dict[Root, None] = {}
    for quantity in _chain(site):
        having = [root for root in names if quantity in names[root]]
        if not having:
            continue
        right = observation.match(having[0].expression)
        if right is None or quantity in right.names or not _STEPS.intersection(right.names):
            return [*dict.fromkeys((*having, *made))]
        if quantity not in ("slope1", "slope2", "grad_a1"):  # in a factor's place it shows in the product only
            first, *taken = having
            called = given(program.nodes[first.statement])
            if taken and all(program.segment(program.expression(root)) in called for root in taken):
                anew = [root for root in taken if _names_anew(program, root)]
                return [*dict.fromkeys((*anew, *having))]  # it was made to be what it is taken for, unless renamed
            if taken:
                return [*taken, first]  # where it is taken for another, not where it was made
            made[first] = None  # it is taken for another within what is made of it
    return [*made]


def called(program: Program, observation: Observation, site: str) -> str:
    """Say what the program calls the quantities around a step, learnt by value: `here delta2 is d_out`."""
    own: dict[str, str] = {}
    for number, node in enumerate(program.nodes):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or number not in observation.values:
            continue
        target, match = node.targets[0], observation.match(number)
        if match is not None and isinstance(target, ast.Name | ast.Attribute):
            for name in match.names:
                own.setdefault(name, program.segment(target))
    around = [name for name in _AROUND.get(site[-1:], ()) if own.get(name, name) != name]
    return "here " + ", ".join(f"{name} is `{own[name]}`" for name in around) if around else ""


def _names_anew(program: Program, root: Root) -> bool:
    """Whether an assignment does no more than to give another name to what has one: `dz = da`."""
    statement = program.nodes[root.statement]
    return isinstance(statement, ast.Assign) and statement.value is program.expression(root)


def _chain(site: str) -> Iterator[str]:
    """The step and, one after another, what is made of it."""
    quantity = site
    if site not in ("w1", "b1", "w2", "b2"):  # the parameters themselves have these names
        yield site
    while quantity in _MADE_OF:
        quantity = _MADE_OF[quantity]
        yield quantity


def _names(program: Program, observation: Observation, wrong: Table, root: Root) -> set[str]:
    """What a value, or any of those in turn, is in the pass with the fault; of `+=`, what it has come to."""
    several = [observation.values[root.expression]]
    if isinstance(program.nodes[root.statement], ast.AugAssign):
        several.append(observation.values.get(root.statement, []))
    matches = [match for values in several for match in wrong.match_all(values)]
    matches += wrong.match_all_series([values for values in several if len(values) > 1])
    return {name for match in matches if match is not None for name in match.names}
