"""Slips of the pen, which nobody means, whatever the values are: few, and rarely any."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import base, step, targets
from gradcheck.diagnosis.locate.unfinished import unfilled, untaken
from gradcheck.diagnosis.locate.unread import made_in_vain
from gradcheck.diagnosis.locate.uses import gives, names_given, names_read
from gradcheck.diagnosis.repair.forgotten import unset_attributes
from gradcheck.diagnosis.repair.gaps import before, begins_its_line, behind
from gradcheck.diagnosis.repair.needless import removal
from gradcheck.diagnosis.repair.sharing import copied
from gradcheck.diagnosis.repair.unlike import unlike
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 0.8
_SPELT_ALIKE = 0.8
_COUNT = re.compile(r"[\w.]+\.(?:shape\[-?\d\]|size)|len\([\w.]+\)")


def slips(program: Program, asked: Iterable[str] = ()) -> Iterator[Edit]:
    """
    Generate the edits that take them back, the surest first.

    Parameters
    ----------
    program : Program
    asked : iterable of str, optional
        Expressions from outside the file, which may ask for its attributes, too.
    """
    asked = [*asked]
    yield from _signs_behind(program)
    yield from _misspelt(program, asked)
    yield from _made_twice(program)
    yield from _ones(program)
    yield from _powers_kept(program)
    yield from unlike(program)
    yield from _changed_in_vain(program)
    yield from _never_filled(program)
    yield from _handed_to_nobody(program)
    yield from _passed_over(program, asked)
    yield from _taken_by_nobody(program)
    yield from _unreturned(program)


def _signs_behind(program: Program) -> Iterator[Edit]:
    """`-=` for `=-`, which nobody sees."""
    for node in program.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == len(targets(node)) == 1:
            end = program.span(node.value)[0] + 1
            if program.text[end - 2 : end] in ("=-", "=+"):
                yield Edit(end - 2, end, f"{program.text[end - 1]}=", _COST)


def _misspelt(program: Program, asked: Iterable[str]) -> Iterator[Edit]:
    """Attributes spelt as they are asked for."""
    wanted, stored = unset_attributes(program, asked)
    for target, name in itertools.product(stored, wanted):
        if SequenceMatcher(None, target.attr, name).ratio() > _SPELT_ALIKE:
            end = program.span(target)[1]
            yield Edit(end - len(target.attr), end, name, _COST)


def _made_twice(program: Program) -> Iterator[Edit]:
    """A step made once that is there twice, as when a line is pasted once too often."""
    for block in program.blocks:
        seen = set[str]()
        for one in block:
            if step(one) is not None and (text := program.segment(one)) in seen:
                yield from removal(program, one, _COST)
            elif step(one) is not None:
                seen.add(text)


def _ones(program: Program) -> Iterator[Edit]:
    """`(1 - a)`, or `1 / a`, for `1 * a`; `1 / n` for `n / 1`, of what is counted."""
    for node in program.nodes:
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult | ast.Div):
            continue
        one = node.left if isinstance(node.op, ast.Mult) else node.right
        if not isinstance(one, ast.Constant) or one.value != 1:
            continue
        if any(isinstance(around, ast.JoinedStr) for around in program.ancestors(node)):
            continue  # what is only printed
        if isinstance(node.op, ast.Div):
            count = program.segment(node.left)
            if _COUNT.fullmatch(count):
                yield Edit(*program.span(node), f"{program.segment(one)} / {count}", _COST)
            continue
        grouped = program.parenthesised(node) != program.span(node)
        start, end = program.parenthesised(one)[1], program.parenthesised(node.right)[0]
        for symbol in "-/" if grouped else "/":
            yield Edit(start, end, program.text[start:end].replace("*", symbol), _COST)


def _powers_kept(program: Program) -> Iterator[Edit]:
    """`n * x ** (n - 1)` for `n * x ** n`, or for `x ** (n - 1)`, in the closure of an operation."""
    closures = [one for one in program.nodes if isinstance(program.scope(one), ast.FunctionDef)]
    inside = [part for one in closures if isinstance(one, ast.FunctionDef) for part in walk(one)]
    for power in inside:
        if not isinstance(power, ast.BinOp) or not isinstance(power.op, ast.Pow):
            continue
        exponent = power.right.left if isinstance(power.right, ast.BinOp) else power.right
        statement, product = program.statement(power), program.parents.get(id(power))
        if not isinstance(exponent, ast.Name) or statement is None:
            continue
        multiplies = isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult)
        if exponent is power.right:
            sides = (product.left, product.right) if isinstance(product, ast.BinOp) and multiplies else ()
            if exponent.id in map(program.segment, sides):
                yield Edit(*program.span(exponent), f"({exponent.id} - 1)", _COST)
        elif ast.unparse(power.right) == f"{exponent.id} - 1" and (
            multiplies or not isinstance(product, ast.BinOp)
        ):
            start, read = program.span(power)[0], names_read(walk(statement))
            if [one.id for one in read].count(exponent.id) == 1:
                yield Edit(start, start, f"{exponent.id} * ", _COST)


def _changed_in_vain(program: Program) -> Iterator[Edit]:
    """`d[z < 0] = 0` for `g[z < 0] = 0`, where `d = g.copy()` and nothing reads `g` any more."""
    for node in program.nodes:
        call = node.value if isinstance(node, ast.Assign) else None
        own = copied(call) if isinstance(call, ast.Call) else None
        if not isinstance(node, ast.Assign) or not isinstance(own, ast.Name):
            continue
        around = [*walk(program.scope(node))]
        for later in around:
            target = next(iter(targets(later)), None) if isinstance(later, ast.Assign | ast.AugAssign) else None
            changed = base(target) if target is not None else None
            anew = changed is target and isinstance(later, ast.Assign)
            if not isinstance(changed, ast.Name) or anew or changed.id != own.id or changed.lineno < node.lineno:
                continue
            if not _is_read_later(program, changed, around):
                names = (one.id for one in node.targets if isinstance(one, ast.Name))
                yield from (Edit(*program.span(changed), name, _COST) for name in names)


def _never_filled(program: Program) -> Iterator[Edit]:
    """`seen.add(v)` where it is asked for `v not in seen`, and nothing ever is; `order.append(v)` for `v`."""
    for made, value, asking in unfilled(program):
        kind = last_name(value.func) if isinstance(value, ast.Call) else type(value).__name__.lower()
        if kind == "dict":
            continue  # with what under it?
        filling = f"{made.id}.{'add' if kind == 'set' else 'append'}"
        for one in asking:
            asked, around = program.parents[id(one)], program.statement(one)
            if isinstance(asked, ast.Compare) and isinstance(around, ast.If) and around.test is asked:
                entry = f"{filling}({program.segment(asked.left)})"
                if isinstance(asked.ops[0], ast.NotIn) and begins_its_line(program, around.body[0]):
                    yield before(program, around.body[0], entry, _COST)
                elif isinstance(asked.ops[0], ast.In) and begins_its_line(program, around):
                    yield behind(program, around, entry, _COST)
        yield from (_taken_by(program, one, filling) for one in _bare(program, program.scope(made)))


def _handed_to_nobody(program: Program) -> Iterator[Edit]:
    """`visit(p)` for a `p` that stands alone: by the function it is in, or one that nothing calls."""
    called = {last_name(one.func) for one in program.nodes if isinstance(one, ast.Call)}
    idle = [name for name in program.definitions if name not in called and not name.startswith("__")]
    for one in _bare(program, program.tree):
        around = [other for other in program.ancestors(one) if isinstance(other, ast.FunctionDef)]
        own = [other.name for other in around[:1] if not isinstance(program.parents[id(other)], ast.ClassDef)]
        names = dict.fromkeys((*own, *(idle if len(idle) <= FEW else ())))
        yield from (_taken_by(program, one, name) for name in names)


def _passed_over(program: Program, asked: Iterable[str]) -> Iterator[Edit]:
    """`second(a)` for `second(z)`, where a call makes `a` of `z`, which stays as it is, and nothing reads `a`."""
    for node in made_in_vain(program, re.findall(r"\w+", " ".join(asked))):
        made = next((one for one in targets(node) if isinstance(one, ast.Name)), None)
        if made is None or len(targets(node)) > 1 or not isinstance(node.value, ast.Call):
            continue
        around = [*walk(program.scope(node))]
        anew = {one.id for one in names_given(around) if one.lineno > node.lineno}
        handed = {one.id for one in names_read(walk(node.value)) if one in node.value.args} - anew
        read = [*names_read(around)]
        uses = [one for one in read if one.id in handed and program.span(one)[0] > program.span(node)[1]]
        if len(uses) <= FEW and not any(one.id == made.id for one in read):  # nor filled: it may be a view
            yield from (Edit(*program.span(one), made.id, _COST) for one in uses)


def _taken_by_nobody(program: Program) -> Iterator[Edit]:
    """`d = d * s` for `d * s`, `a = np.clip(a, 0, 1)` for the call alone: what is meant to change stands in it."""
    for one in _alone(program):
        if isinstance(one.value, ast.Name | ast.Lambda | ast.Compare | ast.Tuple):
            continue
        called = {id(part.func) for part in walk(one.value) if isinstance(part, ast.Call)}
        parts = [part for part in walk(one.value) if isinstance(part, ast.Name | ast.Attribute)]
        parts = [part for part in parts if id(part) not in called]
        objects = [part.value for part in parts if isinstance(part, ast.Attribute)]
        wholes = (part for part in parts if part not in objects and getattr(part, "attr", "") not in NOT_VALUES)
        known = program.scopes.names(program.scope(one)) - program.imported
        texts = (program.segment(part) for part in sorted(wholes, key=program.span))
        start = program.span(one)[0]
        names = [text for text in dict.fromkeys(texts) if text.partition(".")[0] in known]
        yield from (Edit(start, start, f"{name} = ", _COST) for name in names[:FEW])


def _unreturned(program: Program) -> Iterator[Edit]:
    """`return a` for an `a` that ends a function which gives nothing."""
    for one in _alone(program):
        function = program.scope(one)
        gives = [part for part in walk(function) if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom)]
        gives = [part for part in gives if not isinstance(part, ast.Return) or part.value]
        last = isinstance(function, ast.FunctionDef) and function.body[-1] is one and function.name != "__init__"
        if last and not any(program.scope(part) is function for part in gives):
            start = program.span(one)[0]
            yield Edit(start, start, "return ", _COST)


def _bare(program: Program, within: ast.AST) -> Iterator[ast.Expr]:
    """Statements within a function, or the file, that are no more than a name."""
    names = (one for one in _alone(program) if isinstance(one.value, ast.Name))
    return (one for one in names if within in program.ancestors(one))


def _alone(program: Program) -> Iterator[ast.Expr]:
    """Statements that are but a value, which nobody takes."""
    return (one for one in untaken(program) if isinstance(one, ast.Expr))


def _taken_by(program: Program, statement: ast.Expr, function: str) -> Edit:
    return Edit(*program.span(statement), f"{function}({program.segment(statement.value)})", _COST)


def _is_read_later(program: Program, changed: ast.Name, around: Sequence[ast.AST]) -> bool:
    """Whether a name is read behind a place, or in the next turn of a loop there that doesn't make it anew."""
    end = program.span(changed)[1]
    if any(one.id == changed.id and program.span(one)[0] > end for one in names_read(around)):
        return True
    loops = [one for one in program.loops(changed) if one in around]
    anew = (one for loop in loops[:1] for one in walk(loop) if isinstance(one, ast.Assign))
    return bool(loops) and not any(gives(program, one, changed.id) for one in anew)
