"""What else an edit changes: uses of an edited helper that no probe comes to, so that nothing is known of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locating import span
from gradcheck.findings import Finding
from gradcheck.submissions.targets import last_name

Ran = Callable[[Sequence[ast.stmt]], bool]


def cautioned(case: Examination, program: Program, ran: Ran, finding: Finding) -> Finding:
    """
    Say of an edit in a helper where else that is used without having been run.

    Parameters
    ----------
    case : Examination
    program : Program
        The submission as it is.
    ran : callable (statements) -> bool
        Whether anything of a block was run on any probe.
    finding : Finding
    """
    if finding.fix is None or finding.location is None:
        return finding
    place = (finding.location.cell, finding.location.line)
    helpers = [name for name, node in _helpers(program) if _lies_at(case, node, place)]
    used = [use for name in helpers[-1:] for use in _uses(program, name)]
    blocks = [(use, _block(program, use)) for use in used]
    unrun = [use for use, block in blocks if not ran(block)]
    if len(unrun) == len(used):  # nothing but the check itself calls it
        return finding
    places = tuple(span(case.source, program, *program.span(use)) for use in unrun)
    return replace(finding, fix=replace(finding.fix, unrun=places))


def _helpers(program: Program) -> Iterator[tuple[str, ast.stmt]]:
    """Functions, and names that are given a lambda, of which there is one of that name; outer ones first."""
    found: list[tuple[str, ast.stmt]] = []
    for node in program.nodes:
        if isinstance(node, ast.FunctionDef):
            found.append((node.name, node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [(last_name(target), node) for target in node.targets]
    names = [name for name, _ in found]
    return ((name, node) for name, node in found if name and names.count(name) == 1)


def _lies_at(case: Examination, node: ast.stmt, place: tuple[int | None, int]) -> bool:
    assert node.end_lineno is not None
    return any(case.source.place(line) == place for line in range(node.lineno, node.end_lineno + 1))


def _uses(program: Program, name: str) -> list[ast.expr]:
    """Where a name is read, or the attribute of something that isn't a module, outside what it names."""
    return [
        node
        for node in program.nodes
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        if last_name(node) == name and not _of_a_module(program, node)
        if not any(getattr(one, "name", None) == name for one in program.ancestors(node))
    ]


def _of_a_module(program: Program, node: ast.expr) -> bool:
    owner = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in program.imported


def _block(program: Program, node: ast.expr) -> list[ast.stmt]:
    """The statements that are run with a use: its block, unless that is all of the file."""
    statement = program.statement(node)
    assert statement is not None  # an expression is always part of one
    block = program.block(statement)
    return [statement] if block is program.tree.body else block
