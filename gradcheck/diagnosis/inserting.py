"""
Statements that are missing altogether: what one layer has and the other lacks, and a name that is not made anew.

What stands beside a missing statement tells its form; values tell what has to stand in it.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from gradcheck.diagnosis.program import Program, Root, targets, twin
from gradcheck.diagnosis.trying import Trial, parts
from gradcheck.diagnosis.varying import variations
from gradcheck.diagnosis.writing import Edit, Scope, Text

_TWIN, _VARIED = 1.3, 1.4
_VARIANTS = 1000  # of one statement that are evaluated


@dataclass(frozen=True)
class _Sibling:
    """
    Something that is written for one layer and not for the other.

    Attributes
    ----------
    statement : stmt
        In which it is.
    value : expr
        What is written.
    end : int
        Where the same for the other layer can be put in.
    head, tail : str
        What comes before its value then, and behind it.
    """

    statement: ast.stmt
    value: ast.expr
    end: int
    head: str
    tail: str


def companions(
    trial: Trial, program: Program, reach: Callable[[Root], Scope], present: Collection[str]
) -> Iterator[Edit]:
    """
    Generate what one layer has and the other lacks, with what is likely to be its value.

    Parameters
    ----------
    trial : Trial
    program : Program
    reach : callable (Root) -> Scope
        What can be used where an expression stands.
    present : collection of str
        Quantities that the program has already.

    Yields
    ------
    Edit
        An assignment, an entry of a dict or an argument.
    """
    wanted = {*re.findall(r"\w+", " ".join(trial.contract.gradients.values())), *_names(program)}
    for sibling in _siblings(program, wanted):
        root = Root(program.number(sibling.statement), program.number(sibling.value))
        texts = list(itertools.islice(variations(program, sibling.value, reach(root)), _VARIANTS))
        (matches,) = parts(trial, program.text, [(root, texts)])
        for place, (text, match) in enumerate(zip(texts, matches, strict=True)):
            new = f"{sibling.head}{text}{sibling.tail}"
            if place == 0 or (match is not None and not set(match.names) <= set(present)):
                yield Edit(sibling.end, sibling.end, new, _VARIED if place else _TWIN)


def anew(program: Program, node: ast.expr, value: Text, cost: float, root: Root) -> Edit | None:
    """Assign a value to a name before the statement that uses it, where it is used more than once."""
    statement = program.statement(node)
    outer = program.expression(root)
    if not isinstance(node, ast.Name) or statement is None or not _begins_its_line(program, statement):
        return None
    names = [name for name in program.nodes if isinstance(name, ast.Name) and name.id == node.id]
    uses = [name for name in names if isinstance(name.ctx, ast.Load)]
    if sum(n.lineno >= statement.lineno and program.scope(n) is program.scope(node) for n in uses) < 2:
        return None
    start = program.span(statement)[0]
    begin, end = program.span(outer)
    expression = program.text[begin:end]
    for use in sorted(uses, key=lambda n: -program.span(n)[0]):
        first, last = (offset - begin for offset in program.span(use))
        if first >= 0 and last <= len(expression):
            expression = f"{expression[:first]}({value.text}){expression[last:]}"
    return Edit(start, start, f"{node.id} = {value.text}\n{_indent(program, statement)}", cost, root, expression)


def _siblings(program: Program, wanted: Collection[str]) -> Iterator[_Sibling]:
    written = {(_kind(program, node), program.segment(one)) for node in program.nodes for one in targets(node)}
    for node in program.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign) and _begins_its_line(program, node):
            (start, end), (first, _) = program.span(node), program.span(node.value)
            head, target = twin(program.text[start:first]), program.segment(targets(node)[0])
            lacking = (_kind(program, node), twin(target)) not in written
            if lacking and _known(twin(target), target, wanted):
                yield _Sibling(node, node.value, end, f"\n{_indent(program, node)}{head}", "")
                later = _reading(program, node, twin(target))
                if later is not None:
                    at = program.span(later)[0]
                    yield _Sibling(later, node.value, at, head, f"\n{_indent(program, later)}")
        elif isinstance(node, ast.Call | ast.Dict) and (statement := program.statement(node)) is not None:
            entries = _entries(program, node)
            for key, entry in entries.items():
                if _known(twin(key), key, wanted) and twin(key) not in entries:
                    yield _Sibling(statement, entry, program.span(entry)[1], f", {twin(key)}", "")


def _reading(program: Program, sibling: ast.stmt, target: str) -> ast.stmt | None:
    """Find the first statement after another, in the same block, that reads something."""
    parent = program.parents[id(sibling)]
    block = next((b for name in ("body", "orelse") if sibling in (b := getattr(parent, name, None) or [])), [])
    for statement in block[block.index(sibling) + 1 :] if block else ():
        parts = (node for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Load))
        if any(isinstance(part, ast.expr) and program.segment(part) == target for part in parts):
            return statement if _begins_its_line(program, statement) else None
    return None


def _indent(program: Program, statement: ast.stmt) -> str:
    start = program.span(statement)[0]
    return program.text[program.text.rfind("\n", 0, start) + 1 : start]


def _kind(program: Program, node: ast.AST) -> tuple[ast.AST, type[ast.AST]]:
    """Tell assignments apart: what is set up elsewhere, or for adding to it, is still lacking here."""
    return program.scope(node), type(node)


def _entries(program: Program, node: ast.Call | ast.Dict) -> dict[str, ast.expr]:
    """Values by what is written before them: `b1=` of an argument, `"b1": ` of a dict."""
    if isinstance(node, ast.Call):
        return {f"{keyword.arg}=": keyword.value for keyword in node.keywords if keyword.arg}
    keys = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    return {f"{program.segment(key)}: ": value for key, value in keys}


def _names(program: Program) -> set[str]:
    """Every name, attribute and key that a program reads."""
    read = {n.id for n in program.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    read |= {n.attr for n in program.nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)}
    return read | {n.value for n in program.nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _known(other: str, source: str, wanted: Collection[str]) -> bool:
    """Whether another layer's name is one that somebody asks for."""
    return other != source and {name for name in re.findall(r"\w+", other) if name not in source} <= set(wanted)


def _begins_its_line(program: Program, statement: ast.stmt) -> bool:
    return not _indent(program, statement).strip()
