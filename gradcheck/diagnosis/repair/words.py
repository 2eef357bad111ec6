"""
Another word for one that says which: a key for another of its dict, a name that a condition asks for.

So it is with functions and classes that are handed on, `Tanh()` for `Logistic()` in a list of layers; and with the
lists of objects that loops go through.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import values_given
from gradcheck.diagnosis.locate.uses import names_given
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 1.3
_GROUP = 8  # of more words none is likely
_ASKING = ("isinstance", "issubclass")


def words(program: Program) -> Iterator[Edit]:
    """Generate edits of words that choose, as `"relu"` does, of which the program tells the others."""
    groups = [group for group in _groups(program) if 1 < len(group) <= _GROUP]
    for node in program.nodes:
        word = _word(node)
        if word is None or not isinstance(node, ast.Constant) or not _chooses(program, node):
            continue
        others = dict.fromkeys(other for group in groups if word in group for other in group if other != word)
        (start, end), own = program.span(node), program.segment(node)
        for other in others if own in (f'"{word}"', f"'{word}'") else ():
            quoted = f"{own[0]}{other}{own[0]}" if other.isidentifier() else repr(other)
            yield Edit(start, end, quoted, _COST)


def kinds(program: Program) -> Iterator[Edit]:
    """Generate edits that take another function or class of the file for one that is handed on or just made."""
    forms = dict(forms_of(program))
    for node in program.nodes:
        if isinstance(node, ast.Name) and node.id in forms and _is_one_of_several(program, node):
            others = [other for other in forms if other != node.id and forms[other] == forms[node.id]]
            yield from (Edit(*program.span(node), other, _COST) for other in others[:_GROUP])


def lists(program: Program) -> Iterator[Edit]:
    """Generate loops over another list that objects have: `self.outgoing` for `self.incoming`."""
    begun = dict.fromkeys(
        target.attr
        for node in program.nodes
        if isinstance(node, ast.Assign)
        for target, value in values_given(node)
        if isinstance(target, ast.Attribute) and isinstance(value, ast.List | ast.ListComp)
    )
    for node in program.nodes:
        row = node.iter if isinstance(node, ast.For | ast.comprehension) else None
        if isinstance(row, ast.Attribute) and row.attr in begun and len(begun) <= _GROUP:
            end = program.span(row)[1]
            yield from (Edit(end - len(row.attr), end, other, _COST) for other in begun if other != row.attr)


def forms_of(program: Program) -> Iterator[tuple[str, object]]:
    """What one has to have to be taken for another: as many parameters, of classes the same methods."""
    for node in program.nodes:
        if not isinstance(program.parents.get(id(node)), ast.Module):
            continue
        if isinstance(node, ast.FunctionDef):
            yield node.name, _required(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from ((one.id, _required(node.value)) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.ClassDef):
            methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
            begun = _required(methods["__init__"]) if "__init__" in methods else (1, 0)
            yield node.name, (begun, *sorted(name for name in methods if not name.startswith("_")))


def _required(function: ast.FunctionDef | ast.Lambda) -> tuple[int, int]:
    """How many parameters have to be given by their place, and how many by their name."""
    given = function.args
    places = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return places, sum(default is None for default in given.kw_defaults)


def _is_one_of_several(program: Program, node: ast.Name) -> bool:
    """Whether a name of the file's is handed on or kept, or what it makes is, without a word about how."""
    around = [one for one in program.ancestors(node) if not isinstance(one, ast.stmt)]
    asked = any(isinstance(one, ast.Call) and last_name(one.func) in _ASKING for one in around)
    if asked or not isinstance(node.ctx, ast.Load) or node.id in _own_names(program, node):
        return False
    whole: ast.expr = node
    parent = program.parents[id(node)]
    if isinstance(parent, ast.Call) and parent.func is node and not parent.args and not parent.keywords:
        whole, parent = parent, program.parents[id(parent)]
    if isinstance(parent, ast.Call):
        return parent.func is not whole
    return isinstance(parent, ast.keyword | ast.List | ast.Tuple | ast.Dict | ast.Assign)


def _own_names(program: Program, node: ast.Name) -> set[str]:
    """What the functions around a name have under a name of their own."""
    functions = program.scopes.functions(program.scope(node))
    inside = [part for one in functions for part in walk(one)]
    return {one.arg for one in inside if isinstance(one, ast.arg)} | {one.id for one in names_given(inside)}


def _groups(program: Program) -> Iterator[list[str]]:
    """
    Words that stand for one another: keys of a dict of functions, and what one expression is compared with.

    So do names of functions of one form, as in `forward(x, "relu")`.
    """
    alike: dict[object, list[str]] = {}
    for name, function in program.definitions.items():
        alike.setdefault((len(function.args.args), _required(function)), []).append(name)
    yield from alike.values()
    compared: dict[tuple[ast.AST, str], list[str]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Dict) and any(_is_function(program, value) for value in node.values):
            yield [word for key in node.keys if key is not None and (word := _word(key)) is not None]
        elif isinstance(node, ast.Compare):
            asked = compared.setdefault((program.scope(node), program.segment(node.left)), [])
            asked += [word for part in node.comparators for one in walk(part) if (word := _word(one)) is not None]
    yield from (list(dict.fromkeys(found)) for found in compared.values())


def _is_function(program: Program, node: ast.expr) -> bool:
    """Whether this is a function, or a tuple with one: of arrays in a dict each is within reach by itself."""
    if isinstance(node, ast.Tuple | ast.List):
        return any(_is_function(program, one) for one in node.elts)
    defined = isinstance(node, ast.Name) and node.id in program.definitions
    of_module = isinstance(node, ast.Attribute) and program.segment(node.value) == program.numpy
    return isinstance(node, ast.Lambda) or defined or of_module


def _word(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _chooses(program: Program, node: ast.AST) -> bool:
    """Whether this is a key that is asked for, or handed to something."""
    parent = program.parents.get(id(node))
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.Call | ast.keyword | ast.arguments)
