"""What an edit mends where a name is used, mended where the name was made."""

from __future__ import annotations

import ast
import re

from gradcheck.diagnosis.program import Program, Root, targets
from gradcheck.diagnosis.writing import Edit, is_name

_ANEW = re.compile(r"(?P<name>\w+) = (?P<value>.*)\n\s*")
_MADE = 0.1  # how much likelier a mistake is where a name was made than where it is used
_ALONE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)


def hoisted(program: Program, edit: Edit) -> Edit | None:
    """
    Move an edit of a name, or one that makes it anew, to the assignment that made it.

    Parameters
    ----------
    program : Program
    edit : Edit
        Of that program.

    Returns
    -------
    Edit or None
        None where it isn't of a name, takes another name for it, or the name isn't made by one assignment.
    """
    anew = _ANEW.fullmatch(edit.replacement)
    name = anew["name"] if anew else program.text[edit.start : edit.end]
    value = anew["value"] if anew else edit.replacement
    if not is_name(name) or is_name(value) or edit.root is None:
        return None
    scope = program.scope(program.nodes[edit.root.statement])
    givings = [
        node
        for node in program.nodes
        if isinstance(node, ast.Assign | ast.AugAssign) and program.scope(node) is scope
        if any(program.segment(target) == name for target in targets(node))
    ]
    made = _given(program, givings[0], name) if len(givings) == 1 else None
    if made is None or program.span(givings[0])[1] > edit.start:
        return None
    source = program.segment(made)
    again = source if isinstance(made, _ALONE) else f"({source})"
    new = re.sub(rf"(?<![\w.]){re.escape(name)}\b", lambda _: again, value)
    root = Root(program.number(givings[0]), program.number(made))
    return Edit(*program.span(made), new, edit.cost - _MADE, root, new)


def _given(program: Program, statement: ast.AST, name: str) -> ast.expr | None:
    """What an assignment gives a name: the whole, or the part of a tuple that stands where the name does."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return None
    names, value = targets(statement), statement.value
    values = value.elts if isinstance(value, ast.Tuple) and len(names) > 1 else [value]
    pairs = zip(names, values, strict=False) if len(values) == len(names) else ()
    return next((given for target, given in pairs if program.segment(target) == name), None)
