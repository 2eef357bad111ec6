"""
What code reads, gives a value and changes.

By name it is a matter of single variables. By text it is one of names, attributes and items, as `ast.unparse`
writes them: neither spaces nor quotes matter, but `a` and `a[0]` are two things, and who changes `a[0]` has to say
whether that means `a`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator

from gradcheck.diagnosis.locate.statements import base, step, targets, turn_names
from gradcheck.diagnosis.locate.tree import Tree
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_ATOMS = (ast.Name, ast.Attribute, ast.Subscript)
_FILLING = frozenset(("add", "append", "appendleft", "extend", "insert", "update"))


def names_read(nodes: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """Give those among some nodes that are variables whose value is taken; of `a[0] = 1` that is `a`, too."""
    return (node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def names_given(nodes: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """Give those among some nodes that are variables that get a value, be it by a loop; of `a[0] = 1` not `a`."""
    return (node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def reading(tree: Tree, within: ast.AST, text: str) -> Iterator[ast.expr]:
    """Give the expressions of a node that read what goes by a text, to the letter."""
    loads = (node for node in walk(within) if isinstance(getattr(node, "ctx", None), ast.Load))
    return (node for node in loads if isinstance(node, ast.expr) and tree.segment(node) == text)


def gives(tree: Tree, statement: ast.AST, text: str) -> bool:
    """Whether an assignment assigns to what goes by a text, to the letter."""
    return text in map(tree.segment, targets(statement))


def read(statement: ast.AST) -> set[str]:
    """Text of all that a statement reads, in whatever stands in it; `a += 1` reads `a`."""
    found = (node for node in walk(statement) if isinstance(node, _ATOMS) and isinstance(node.ctx, ast.Load))
    augmented = {ast.unparse(statement.target)} if isinstance(statement, ast.AugAssign) else set()
    return {ast.unparse(node) for node in found} | augmented


def read_but_for_sums(statement: ast.stmt) -> set[str]:
    """Text of what a statement reads, without what it only adds to: by `+=`, by `a = a + x` or `a = add(a, x)`."""
    adds = step(statement) is not None
    value = statement.value if isinstance(statement, ast.Assign) else None
    if isinstance(value, ast.Call) and len(given(statement)) == 1:
        handed = {ast.unparse(one) for one in (*value.args, *(option.value for option in value.keywords))}
        adds = len(handed) > 1 and given(statement) <= handed
    return read(statement) - (given(statement) if adds else set())


def given(statement: ast.AST) -> set[str]:
    """Text of what an assignment assigns to, items as items: of `a[0] = 1` it is `a[0]`."""
    return {ast.unparse(target) for target in targets(statement)}


def given_within(statement: ast.AST) -> set[str]:
    """Text of what a statement, or any in it, assigns to."""
    return {text for node in walk(statement) for text in given(node)}


def put_into(statement: ast.AST) -> set[str]:
    """Text of what an assignment puts an item into: of `a[0] = 1` it is `a`, of `a[0][1] = 1` it is `a[0]`."""
    return {ast.unparse(one.value) for one in targets(statement) if isinstance(one, ast.Subscript)}


def changed_in_place(within: ast.AST) -> set[str]:
    """Text of what a node, or any in it, changes and doesn't make anew: by `a *= 2`, `a[0] = 1`."""
    return {
        text
        for node in walk(within)
        for text in put_into(node) | (given(node) if isinstance(node, ast.AugAssign) else set())
    }


def filled(within: ast.AST, defined: Container[str] = ()) -> set[str]:
    """Text of what a node, or any in it, puts things into by a method, `a.append(1)`, that isn't defined here."""
    calls = (node.func for node in walk(within) if isinstance(node, ast.Call))
    filling = (one for one in calls if isinstance(one, ast.Attribute) and one.attr in _FILLING)
    return {ast.unparse(one.value) for one in filling if one.attr not in defined}


def changed_in_turns(statement: ast.stmt) -> set[str]:
    """
    Text of what a loop changes item by item.

    Of `for row in w: row[0] = 1` it is `w`, and so it is of `for i in range(n): for j in range(m): w[i][j] += 1`.
    """
    if not isinstance(statement, ast.For):
        return set()
    changed = changed_in_place(statement)
    stems = {re.split(r"[.\[]", text)[0] for text in changed}
    gone = set() if stems.isdisjoint(turn_names(statement)) else {*map(ast.unparse, gone_over(statement.iter))}
    added = [one.target for one in walk(statement) if isinstance(one, ast.AugAssign)]
    return gone | {ast.unparse(base(one)) for one in added if isinstance(one, ast.Subscript)}


def gone_over(node: ast.expr) -> Iterator[ast.expr]:
    """What a loop takes its items from: `w` and `b` of `enumerate(zip(w, b))`, `d` of `d.items()`, not numbers."""
    if isinstance(node, ast.Call) and last_name(node.func) != "range":
        held = [node.func.value] if isinstance(node.func, ast.Attribute) and not node.args else []
        for one in (*held, *node.args):
            yield from gone_over(one)
    elif isinstance(node, _ATOMS):
        yield node


def made_of_itself(within: ast.AST) -> set[str]:
    """Text of what a node, or any in it, makes of what it was: by `a += 1` or `a[0] = 1`, and by `a = a + 1`."""
    assigned = (ast.Assign, ast.AugAssign)
    return {
        text
        for node in walk(within)
        for text in put_into(node) | (given(node) & read(node) if isinstance(node, assigned) else set())
    }


def own_attributes(within: ast.AST) -> list[ast.Attribute]:
    """Attributes of the object itself, `self.w`, that code reads or gives values to."""
    attributes = (one for one in walk(within) if isinstance(one, ast.Attribute))
    return [one for one in attributes if isinstance(one.value, ast.Name) and one.value.id == "self"]


def kept_attributes(within: ast.AST) -> list[str]:
    """Names of those that code gives values to, each once."""
    return list(dict.fromkeys(one.attr for one in own_attributes(within) if isinstance(one.ctx, ast.Store)))
