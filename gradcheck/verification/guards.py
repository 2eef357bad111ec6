"""
Guards such as the 1e-6 in `log(a + 1e-6)`: what is wrong only by what they do is no mistake.

How much a guard changes depends on how near to zero what it guards comes, so no tolerance tells it from a mistake.
But the same program without it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.diagnosis.locate.program import Program
from gradcheck.submissions.targets import last_name

_LARGEST = 1e-5  # nobody guards by more; what is larger may be weight decay, or a learning rate
_BOUNDING = ("maximum", "minimum", "max", "min", "clip")


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
    """Small numbers that are added to something, compared with it or bound it, by themselves or wherever named."""
    uses: dict[str, list[bool]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            uses.setdefault(last_name(node), []).append(_guarding(program, node))
    for node in program.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value <= _LARGEST:
            names = _names_given(program.parents[id(node)], node)
            if _guarding(program, node) or (names and all(uses.get(name) and all(uses[name]) for name in names)):
                yield node


def _guarding(program: Program, node: ast.expr) -> bool:
    """Whether a number stands where one guards: beside what is no number itself, or as a bound."""
    parent = program.parents[id(node)]
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Sub):
        other = parent.left if parent.right is node else parent.right
        return not isinstance(other, ast.Constant) or _bounds(program.parents[id(parent)])
    return isinstance(parent, ast.Compare) or _bounds(parent)


def _bounds(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in _BOUNDING


def _names_given(parent: ast.AST, node: ast.Constant) -> set[str]:
    """Names under which a number goes: `eps = 1e-8`, `def loss(a, eps=1e-8)`, `loss(a, eps=1e-8)`."""
    if isinstance(parent, ast.Assign):
        return {last_name(target) for target in parent.targets}
    if isinstance(parent, ast.AnnAssign):
        return {last_name(parent.target)}
    if isinstance(parent, ast.arguments):
        plain = [*parent.posonlyargs, *parent.args]
        pairs = [*zip(plain[::-1], parent.defaults[::-1], strict=False)]
        pairs += [(one, value) for one, value in zip(parent.kwonlyargs, parent.kw_defaults, strict=True) if value]
        return {one.arg for one, value in pairs if value is node}
    return {parent.arg} if isinstance(parent, ast.keyword) and parent.arg else set()
