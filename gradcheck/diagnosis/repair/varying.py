"""What another expression of the program says, with other names: one layer's formula may be the other's, too."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.diagnosis.repair.twins import Renaming
from gradcheck.diagnosis.repair.writing import Edit, Scope, as_text, binary, replaced
from gradcheck.submissions.trees import walk

_OTHER_LAYER = 1.3  # what the other layer's counterpart is, with this layer's names
_OTHER_TERM, _TERM_LACKING = 1.35, 1.5  # of a sum of what both layers have
_SAME_NAME = 1.4  # the same name gets the same value elsewhere
_ALIKE = 2.25
_FORMULAS = 8
_VARIATIONS = 120  # of one formula


def likenesses(
    program: Program, root: Root, scope: Scope, renamings: Sequence[Renaming] = (twin,)
) -> Iterator[Edit]:
    """
    Generate edits that make an expression another one of the program, as it is or with other names.

    Parameters
    ----------
    program : Program
    root : Root
    scope : Scope
        What can be used where the expression stands.
    renamings : sequence of callable (str) -> str
        What writes a name for the other layer.
    """
    node = program.expression(root)
    own = program.segment(node)
    target = _target(program, root)
    formulas = {program.segment(program.expression(other)): other for other in program.roots if other != root}
    formulas.pop(own, None)
    telling = [other for other in formulas.values() if _is_formula(program.expression(other))]
    namesakes = [other for other in telling if target and target == _target(program, other)]
    for other in list(dict.fromkeys((*namesakes, *telling)))[:_FORMULAS]:
        value = program.expression(other)
        formula = as_text(program, value)
        yield replaced(program, root, node, formula, _SAME_NAME if other in namesakes else _ALIKE)
        for rename in renamings:
            for text in itertools.islice(variations(program, value, scope, rename), _VARIATIONS):
                yield replaced(program, root, node, formula._replace(text=text), _ALIKE)


def counterparts(
    program: Program, root: Root, scope: Scope, renamings: Sequence[Renaming] = (twin,)
) -> Iterator[Edit]:
    """Generate the edit that makes `db1 = ...`, or `"db1": ...`, what `db2` is, with the names of this layer."""
    node, target = program.expression(root), _whole_of(program, root)
    for other in program.roots if target else ():
        value = program.expression(other)
        if (source := _whole_of(program, other)) in ("", target):
            continue
        formula = as_text(program, program.expression(other))
        for rename in renamings:
            if rename(source) == target:
                text = next(variations(program, value, scope, rename))
                yield replaced(program, root, node, formula._replace(text=text), _OTHER_LAYER)


def terms(program: Program, root: Root, scope: Scope, renamings: Sequence[Renaming] = (twin,)) -> Iterator[Edit]:
    """Generate edits with which a sum has of each layer what it has of one: weight decay is of both."""
    outer = program.expression(root)
    for rename in renamings:
        for node in program.inside(outer):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                for term, other in ((node.right, node.left), (node.left, node.right)):
                    text = next(variations(program, other, scope, rename))
                    if text not in (program.segment(term), program.segment(other)):
                        yield replaced(
                            program, root, term, as_text(program, other)._replace(text=text), _OTHER_TERM
                        )
        text = next(variations(program, outer, scope, rename)) if _is_formula(outer) else program.segment(outer)
        if text != program.segment(outer):
            lacking = as_text(program, outer)._replace(text=text)
            yield replaced(program, root, outer, binary(as_text(program, outer), "+", lacking), _TERM_LACKING)


def _is_formula(node: ast.expr) -> bool:
    """Whether an expression says more than a name."""
    parts = [part for part in walk(node) if isinstance(part, ast.Name | ast.Attribute)]
    return isinstance(node, ast.BinOp | ast.Call | ast.UnaryOp | ast.ListComp) and len(parts) > 1


def _whole_of(program: Program, root: Root) -> str:
    """What an expression is all of: a name that it is assigned to, or a key of a dict; "" for anything less."""
    node = program.expression(root)
    if (key := program.key(node)) is not None:
        return program.segment(key)
    return _target(program, root) if getattr(program.nodes[root.statement], "value", None) is node else ""


def _target(program: Program, root: Root) -> str:
    """What the value is assigned to; "" for anything else."""
    some = targets(program.nodes[root.statement])
    return program.segment(some[0]) if len(some) == 1 else ""


def variations(program: Program, value: ast.expr, scope: Scope, rename: Renaming = twin) -> Iterator[str]:
    """Generate a value with the other layer's names, then with one or two of them replaced by any in reach."""
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    found = [node for node in program.inside(value) if isinstance(node, kinds)]
    atoms = [node for node in found if _stands_for_array(program, node, scope)]
    begin, end = program.parenthesised(value)
    spans = [tuple(offset - begin for offset in program.span(atom)) for atom in atoms]
    source = program.text[begin:end]
    likely = [rename(program.segment(atom)) for atom in atoms]

    def put(texts: list[str]) -> str:
        text, last = "", 0
        for (start, stop), new in sorted(zip(spans, texts, strict=True)):
            text, last = text + source[last:start] + new, stop
        return text + source[last:]

    yield twin(source) if rename is twin else put(likely)
    for count in (1, 2):
        for places in itertools.combinations(range(len(atoms)), count):
            for others in itertools.product(*(_others(program, atoms[place], scope) for place in places)):
                texts = list(likely)
                for place, other in zip(places, others, strict=True):
                    texts[place] = other
                yield put(texts)


def _stands_for_array(program: Program, node: ast.expr, scope: Scope) -> bool:
    """Whether this is the whole name of an array, be it another function's, and not the stem of a longer one."""
    parent = program.parents.get(id(node))
    part: ast.AST | None = node
    while (
        isinstance(longer := program.parents.get(id(part)), ast.Attribute | ast.Subscript) and longer.value is part
    ):
        if program.segment(longer) in scope.arrays:
            return False
        part = longer
    called = isinstance(parent, ast.Call) and parent.func is node
    elsewhere = isinstance(node, ast.Name) and not called and node.id not in (scope.numpy, *scope.numbers)
    return elsewhere or program.segment(node) in scope.arrays


def _others(program: Program, atom: ast.expr, scope: Scope) -> list[str]:
    """What may stand in the place of a name; of an item, the ones beside it first."""
    beside = []
    if isinstance(atom, ast.Subscript) and isinstance(atom.slice, ast.Constant) and type(atom.slice.value) is int:
        stem, index = program.segment(atom.value), atom.slice.value
        beside = [f"{stem}[{other}]" for other in (index - 1, index + 1, index - 2, index + 2) if other >= 0]
    return [*beside, *scope.arrays]
