"""Where a statement may be missing, and how it would be put in."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import step, targets
from gradcheck.diagnosis.repair.twins import Renaming
from gradcheck.diagnosis.repair.writing import Edit

TWIN = 1.3
Kind = tuple[ast.AST, type[ast.AST], bool]
"""Of a statement: its function, its form, and whether it adds to what it assigns to."""


@dataclass(frozen=True)
class Gap:
    """
    Where something may be missing that is written elsewhere, for the other layer or another array.

    Attributes
    ----------
    statement : stmt
        Before which its value would be made.
    value : expr
        What is written elsewhere.
    at : int
        Where it can be put in.
    head, tail : str
        What comes before its value then, and behind it.
    rename : callable (str) -> str
        What writes a name of its value for the other layer.
    using : str
        A name that its value has to use; "" for any.
    cost : float
        Of what is written elsewhere as it stands.
    """

    statement: ast.stmt
    value: ast.expr
    at: int
    head: str
    tail: str = ""
    rename: Renaming = twin
    using: str = ""
    cost: float = TWIN


def put(
    program: Program, statement: ast.stmt, value: ast.expr, head: str, after: bool, rename: Renaming = twin
) -> Gap:
    """Say where a statement goes that is put in before another, or behind it."""
    block, indent = program.block(statement), indentation(program, statement)
    last = statement if after else block[max(0, block.index(statement) - 1)]
    if after or (last is not statement and begins_its_line(program, last)):
        return Gap(statement, value, end_of_line(program, last), f"\n{indent}{head}", rename=rename)
    return Gap(statement, value, program.span(statement)[0], head, f"\n{indent}", rename)


def before(program: Program, statement: ast.stmt, text: str, cost: float) -> Edit:
    """Put a statement in before another that begins its line, as deep as that."""
    start = program.span(statement)[0]
    return Edit(start, start, f"{text}\n{indentation(program, statement)}", cost)


def behind(program: Program, statement: ast.stmt, text: str, cost: float) -> Edit:
    """Put a statement in behind another that begins its line, and the comment there, as deep as that."""
    end = end_of_line(program, statement)
    return Edit(end, end, f"\n{indentation(program, statement)}{text}", cost)


def end_of_line(program: Program, statement: ast.stmt) -> int:
    """Where a statement ends, or the semicolon and the comment behind it."""
    end = program.span(statement)[1]
    rest = program.text[end:].partition("\n")[0]
    further = rest.lstrip("; \t")
    return end + len(rest) * (not further or further.startswith("#"))


def indentation(program: Program, statement: ast.stmt) -> str:
    """What stands before a statement on its line."""
    start = program.span(statement)[0]
    return program.text[program.text.rfind("\n", 0, start) + 1 : start]


def begins_its_line(program: Program, statement: ast.stmt) -> bool:
    """Whether nothing else stands before a statement on its line."""
    return not indentation(program, statement).strip()


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function, without its docstring if there are others."""
    return function.body[ast.get_docstring(function) is not None :] or function.body


def kind(program: Program, node: ast.AST) -> Kind:
    """Tell assignments apart: what is set up elsewhere, or only taken to be updated, is still lacking here."""
    return program.scope(node), type(node), step(node) is not None


def written(program: Program) -> set[tuple[Kind, str]]:
    """What is assigned to, and by which kind of statement of which function."""
    return {(kind(program, node), program.segment(one)) for node in program.nodes for one in targets(node)}


def begins(statement: ast.stmt) -> int:
    """Line that a statement begins on, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])
