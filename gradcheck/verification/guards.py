"""
Guards such as the 1e-6 in `log(a + 1e-6)`: what is wrong only by what they do is no mistake.

How much a guard changes depends on how near to zero what it guards comes, so no tolerance tells it from a mistake.
But the same program without it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.program import Program

LARGEST = 1e-5
"""Nobody guards by more; what is larger may be weight decay, or a learning rate."""


def unguarded(text: str) -> tuple[str, float]:
    """
    Write a program without its guards.

    Parameters
    ----------
    text : str
        Python source.

    Returns
    -------
    str
        The same with 0.0 in their places.
    float
        The largest of them; 0 if there are none.
    """
    program = Program(text)
    found = sorted(_guards(program), key=program.span, reverse=True)
    for node in found:
        start, end = program.span(node)
        text = f"{text[:start]}0.0{text[end:]}"
    return text, max((float(str(node.value)) for node in found), default=0.0)


def _guards(program: Program) -> Iterator[ast.Constant]:
    """Small numbers that something is added to or compared with, by themselves or by name; no factors."""
    scaling = {
        _name(side)
        for node in program.nodes
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
        for side in (node.left, node.right)
    }
    for node in program.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value <= LARGEST:
            parent = program.parents[id(node)]
            operates = isinstance(parent, ast.BinOp) and not isinstance(parent.op, ast.Add | ast.Sub)
            if not operates and scaling.isdisjoint(_names_given(parent, node)):
                yield node


def _names_given(parent: ast.AST, node: ast.Constant) -> set[str]:
    """Names under which a number goes: `eps = 1e-8`, `def loss(a, eps=1e-8)`, `clip(a, eps=1e-8)`."""
    if isinstance(parent, ast.Assign):
        return {_name(target) for target in parent.targets}
    if isinstance(parent, ast.arguments):
        plain = [*parent.posonlyargs, *parent.args]
        pairs = [*zip(plain[::-1], parent.defaults[::-1], strict=False)]
        pairs += [(one, value) for one, value in zip(parent.kwonlyargs, parent.kw_defaults, strict=True) if value]
        return {one.arg for one, value in pairs if value is node}
    return {parent.arg} if isinstance(parent, ast.keyword) and parent.arg else set()


def _name(node: ast.AST) -> str:
    """The name itself, or the attribute's; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
