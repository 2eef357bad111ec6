"""What one of several that are alike does otherwise than the others, or leaves out: slips of the pen, too."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import TypeGuard

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import base, defaults, step, targets, turn_names, values_given
from gradcheck.diagnosis.locate.unfinished import idle_closures
from gradcheck.diagnosis.locate.uses import given, made_of_itself, names_given, names_read, read, reading
from gradcheck.diagnosis.repair.beside import siblings, stem_of, with_another
from gradcheck.diagnosis.repair.gaps import before, begins_its_line, behind
from gradcheck.diagnosis.repair.turns import is_zero
from gradcheck.diagnosis.repair.writing import Edit, Text, as_text, binary
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_COST = 0.8
_OPERATORS = frozenset("+-*/@")
_NO_OPERATORS = {ord(one): " " for one in _OPERATORS}
_ASSIGNS = re.compile(r"\s*[-*/@]?=\s*")
_SPREAD = (ast.Starred, ast.GeneratorExp)  # one that is alone has the parentheses of its call
_SIGMOID = re.compile(r"1\.?0? ?/ ?\(1\.?0? ?\+ ?[\w.]*\bexp\(-[\w.]+\)\)")
_SEVERAL = 3  # of a kind, of which one may be the odd one


def unlike(program: Program) -> Iterator[Edit]:
    """Generate the edits that make the odd one as the others are."""
    yield from _added_otherwise(program)
    yield from _chained_otherwise(program)
    yield from _passed_on(program)
    yield from _operated_otherwise(program)
    yield from _multiplied_less(program)
    yield from _stepped_otherwise(program)
    yield from _divided(program)
    yield from _scaled(program)
    yield from _begun_before(program)
    yield from _handed_less(program)
    yield from _kept_otherwise(program)
    yield from _never_added(program)


def _added_otherwise(program: Program) -> Iterator[Edit]:
    """`self.grad += g` for `self.grad *= g`, or `self.grad = g`, where all others of its function's name add."""
    put: dict[tuple[str, str], list[ast.Assign | ast.AugAssign]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign) and len(targets(node)) == 1 and not _begins(node):
            function = getattr(program.scope(node), "name", "")
            put.setdefault((function, program.segment(targets(node)[0])), []).append(node)
    for (_, text), statements in put.items():
        odd = [one for one in statements if _added(one) is None]
        adding = [one for one in statements if _added(one) is not None]
        others = {id(program.scope(one)) for one in adding}
        if "." in text and len(odd) == 1 < len(others) and id(program.scope(odd[0])) not in others:
            start, end = program.span(targets(odd[0])[0])[1], program.parenthesised(odd[0].value)[0]
            anew = isinstance(adding[0], ast.Assign)
            if not _ASSIGNS.fullmatch(program.text[start:end]) or (anew and step(odd[0]) is not None):
                continue
            if anew:
                whole = binary(Text(text), "+", as_text(program, odd[0].value)).text
                yield Edit(start, program.parenthesised(odd[0].value)[1], f" = {whole}", _COST)
            else:
                yield Edit(start, end, " += ", _COST)


def _begins(statement: ast.Assign | ast.AugAssign) -> bool:
    """Whether a statement sets something to a number, or to what a call makes of no other such attribute."""
    if not isinstance(statement, ast.Assign):
        return False
    name = last_name(targets(statement)[0])
    parts = (part.attr for part in walk(statement.value) if isinstance(part, ast.Attribute))
    return isinstance(statement.value, ast.Constant | ast.Call) and name not in parts


def _chained_otherwise(program: Program) -> Iterator[Edit]:
    """`g * out.grad` for `g` in a closure, or for its `pass`, where all that others of its name add has that."""
    functions = [one for one in program.nodes if isinstance(one, ast.FunctionDef)]
    idle = {one.name: nothing for one, nothing in idle_closures(program)}
    for name in dict.fromkeys(one.name for one in functions if isinstance(program.scope(one), ast.FunctionDef)):
        alike = [node for one in functions if one.name == name for node in walk(one)]
        adding = [node for node in alike if isinstance(node, ast.Assign | ast.AugAssign)]
        added = [(ast.unparse(targets(one)[0]), part) for one in adding if (part := _added(one)) is not None]
        into, used = [text for text, _ in added], [read(part) for _, part in added]
        for text in sorted(set().union(*used), key=lambda one: (len(one), one)) if len(added) >= _SEVERAL else ():
            without = [part for (_, part), texts in zip(added, used, strict=True) if text not in texts]
            if "." not in text or len(without) > 1 or text in into:
                continue
            for part in without:
                product = binary(as_text(program, part), "*", Text(text)).text
                yield Edit(*program.parenthesised(part), f"({product})" if "\n" in product else product, _COST)
            if not without and name in idle:
                yield Edit(*program.span(idle[name]), f"{max(into, key=into.count)} += {text}", _COST)


def _passed_on(program: Program) -> Iterator[Edit]:
    """`(out.data > 0) * out.grad` for `out.grad` in the closure of an operation that bends what it is given."""
    for methods in program.classes.methods:
        for operation in (one for one in methods if one.args.args):
            given = [pair for node in walk(operation) for pair in values_given(node)]
            made = {target.id: value for target, value in given if isinstance(target, ast.Name)}
            for closure in (one for one in walk(operation) if isinstance(one, ast.FunctionDef)):
                only = closure.body[0] if len(closure.body) == 1 else None
                part = _added(only) if isinstance(only, ast.Assign | ast.AugAssign) else None
                of = part.value.id if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) else ""
                call = made.get(of)
                if part is None or closure is operation or not isinstance(call, ast.Call) or not call.args:
                    continue
                formula = call.args[0]
                formula = made.get(formula.id, formula) if isinstance(formula, ast.Name) else formula
                slope = _slope(program, formula, operation.args.args[0].arg, of)
                if slope:
                    yield Edit(*program.span(part), f"{slope} * {program.segment(part)}", _COST)


def _slope(program: Program, formula: ast.expr, of: str, made: str) -> str:
    """The derivative of what is computed of an object's attribute, in what is made of it; "" of other formulas."""
    held = [
        one.attr for one in walk(formula) if isinstance(one, ast.Attribute) and program.segment(one.value) == of
    ]
    value, text = f"{made}.{held[0]}" if held else "", program.segment(formula)
    name, called = (last_name(formula.func), formula.args) if isinstance(formula, ast.Call) else ("", [])
    test = formula.test if isinstance(formula, ast.IfExp) else None
    compared = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    if not held:
        return ""
    if any(map(is_zero, compared)) or (name in ("max", "maximum") and any(map(is_zero, called))):
        return f"({value} > 0)"
    if name == "tanh":
        return f"(1 - {value} ** 2)"
    if _SIGMOID.fullmatch(text):
        return f"{value} * (1 - {value})"
    return value if name == "exp" else ""


def _added(statement: ast.Assign | ast.AugAssign) -> ast.expr | None:
    """Give what `a += b` or `a = a + b` adds; None of any other."""
    whole = statement if isinstance(statement, ast.AugAssign) else statement.value
    added = isinstance(whole, ast.AugAssign | ast.BinOp) and isinstance(whole.op, ast.Add)
    return step(statement) if added else None


def _operated_otherwise(program: Program) -> Iterator[Edit]:
    """`b2 += d2` for `b2 -= d2` beside `b1 += d1`: all else is the same for the other layer."""
    alike: dict[tuple[int, str], list[tuple[ast.stmt, str]]] = {}
    for node in program.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign) and twin(text := program.segment(node)) != text:
            blank = text.translate(_NO_OPERATORS)
            alike.setdefault((id(program.scope(node)), min(blank, twin(blank))), []).append((node, text))
    for some in alike.values():
        for (one, own), (_, other) in itertools.permutations(some, 2):
            differing = [at for at, pair in enumerate(zip(own, twin(other), strict=True)) if pair[0] != pair[1]]
            if len(differing) == 1 and {own[differing[0]], other[differing[0]]} <= _OPERATORS:
                at = program.span(one)[0] + differing[0]
                yield Edit(at, at + 1, other[differing[0]], _COST)


def _multiplied_less(program: Program) -> Iterator[Edit]:
    """`w1 = w1 - rate * g1` for `w1 = w1 - g1`, beside `w2 = w2 - rate * g2`: one factor is all that it lacks."""
    alike: dict[tuple[ast.AST, str], ast.Assign | ast.AugAssign] = {}
    for node in program.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign) and len(targets(node)) == 1:
            alike[program.scope(node), program.segment(targets(node)[0])] = node
    for (function, target), node in alike.items():
        other = alike.get((function, twin(target)))
        if other is None or other is node:
            continue
        own, text = _bare(program.segment(node)), program.segment(other)
        start = program.span(other)[0]
        for product in walk(other.value):
            if not isinstance(product, ast.BinOp) or not isinstance(product.op, ast.Mult | ast.Div):
                continue
            first, last = (at - start for at in program.span(product))
            for side in (product.left, product.right)[: 1 + isinstance(product.op, ast.Mult)]:
                if _bare(twin(text[:first] + program.segment(side) + text[last:])) == own:
                    whole = twin(program.text[slice(*program.parenthesised(other.value))])
                    yield Edit(*program.parenthesised(node.value), whole, _COST)


def _stepped_otherwise(program: Program) -> Iterator[Edit]:
    """`w += rate * g` for `w += bias * g`, where all other steps are taken at one rate."""
    steps: dict[ast.AST, list[tuple[str, ast.expr, ast.expr]]] = {}
    for node in program.nodes:
        whole = first = step(node)
        while isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult):
            first = first.left
        if whole is not first and isinstance(first, ast.Name | ast.Attribute) and whole is not None:
            steps.setdefault(program.scope(node), []).append((program.segment(first), first, whole))
    for some in steps.values():
        for name, first, whole in some if len(some) > _SEVERAL else ():
            rate, *more = {other for other, one, _ in some if one is not first}
            if not more and name != rate and not any(reading(program, whole, rate)):
                yield Edit(*program.span(first), rate, _COST)


def _bare(text: str) -> str:
    """A text without blanks and parentheses."""
    return re.sub(r"[\s()]", "", text)


def _divided(program: Program) -> Iterator[Edit]:
    """`g2 = g2 / m` beside `g1 = g1 / m`, where only one of two that are there already is divided."""
    assigned = [one for one in program.nodes if isinstance(one, ast.Assign | ast.AugAssign)]
    dividing = {one: text for one in assigned if (text := _divides(program, one))}
    scaled = {(program.scope(one), text) for one, text in dividing.items()}
    made: dict[tuple[ast.AST, str], int] = {}
    for one in assigned if dividing else ():
        for target in targets(one):
            made.setdefault((program.scope(one), program.segment(target)), one.lineno)
    for node, text in dividing.items():
        function = program.scope(node)
        for other in siblings(program, targets(node)[0]) if begins_its_line(program, node) else ():
            there = made.get((function, other), node.lineno) < node.lineno
            if there and (function, other) not in scaled:
                place = behind if twin(text) == other and text < other else before
                yield place(program, node, with_another(text, other, program.segment(node)), _COST)


def _divides(program: Program, node: ast.AST) -> str:
    """What a statement divides and puts back in its place, and does no more with it; "" of others."""
    whole = node.value if isinstance(node, ast.Assign) else node
    if (
        not isinstance(whole, ast.BinOp | ast.AugAssign)
        or not isinstance(whole.op, ast.Div)
        or len(targets(node)) != 1
    ):
        return ""
    text = program.segment(targets(node)[0])
    return text if not isinstance(whole, ast.BinOp) or program.segment(whole.left) == text else ""


def _scaled(program: Program) -> Iterator[Edit]:
    """`b[o] *= factor` beside `w[o][i] *= factor`, where both are added to elsewhere and only one is scaled."""
    scaled, added = _entries(program, ast.Mult, ast.Div), _entries(program, ast.Add)  # updates subtract
    wholes = {program.segment(base(node.target)) for node in scaled}
    together = {program.scope(one): dict[str, ast.AugAssign]() for one in added}
    for one in added:
        together[program.scope(one)].setdefault(program.segment(base(one.target)), one)
    for node in scaled:
        function, own = program.scope(node), program.segment(base(node.target))
        if not begins_its_line(program, node):
            continue
        around = (one for one in program.loops(node)[::-1] if program.scope(one) is function)
        loops = [one for one in around if isinstance(one, ast.For)]
        operator = program.text[program.span(node.target)[1] : program.span(node)[1]]
        others = [pair for some in together.values() if own in some for pair in some.items()]
        for text, one in others:
            known = stem_of(text) in program.scopes.names(function)
            if text in wholes or not known or given(node) & read(node.value):
                continue
            places = {name.id for name in names_read(walk(one.target))} - {stem_of(text)}
            by = {name.id for name in names_read(walk(node.value))}
            for depth in range(len(loops)):
                turns = {name for loop in loops[: depth + 1] for name in turn_names(loop)}
                inner = loops[depth + 1] if depth + 1 < len(loops) else node
                made = {name.id for one in (inner, *loops[depth:]) for name in names_given(walk(one))} - turns
                if places <= turns:
                    again = turns & {name.id for name in names_read(walk(node.target))} - places
                    first = next((line for line in loops[depth].body if _uses(program, line, text)), inner)
                    if not again and by.isdisjoint(made) and begins_its_line(program, first):
                        yield before(program, first, program.segment(one.target) + operator, _COST)
                    break


def _uses(program: Program, statement: ast.stmt, text: str) -> bool:
    """Whether a statement reads something but to change its entries."""
    changed = {id(base(one)) for part in walk(statement) for one in targets(part)}
    return any(id(one) not in changed for one in reading(program, statement, text))


def _entries(program: Program, *operators: type[ast.operator]) -> list[ast.AugAssign]:
    """Statements that change entries in place, by some operators."""
    changed = (node for node in program.nodes if isinstance(node, ast.AugAssign))
    return [one for one in changed if isinstance(one.op, operators) and isinstance(one.target, ast.Subscript)]


def _begun_before(program: Program) -> Iterator[Edit]:
    """`error = 0` before a loop that adds to `error`, where it has what another loop left in it."""
    for node in program.nodes:
        own = next(iter(targets(node)), None) if isinstance(node, ast.Assign | ast.AugAssign) else None
        if not isinstance(own, ast.Name) or own.id not in made_of_itself(node):
            continue
        loops = [one for one in program.loops(node) if program.scope(one) is program.scope(node)]
        if len(loops) < 2 or not begins_its_line(program, inner := loops[0]):
            continue
        outer = loops[1]
        gives = [one for one in walk(program.scope(node)) if isinstance(one, ast.Assign) and own.id in given(one)]
        earlier = [one for one in gives if one.lineno < outer.lineno]
        begins = any(one is not node and outer in program.loops(one) for one in gives)
        within = {id(one) for one in walk(inner)}
        reads = any(one.id == own.id and id(one) not in within for one in names_read(walk(outer)))
        around = program.loops(outer)
        left = bool(earlier) and all(any(loop not in around for loop in program.loops(one)) for one in earlier)
        if left and reads and not begins:
            yield before(program, inner, f"{own.id} = 0", _COST)


def _handed_less(program: Program) -> Iterator[Edit]:
    """`linear(a1, w2, b2)` for `linear(a1, w2)`, beside `linear(x, w1, b1)`: what has a default is left out."""
    calls: dict[str, list[ast.Call]] = {}
    for node in program.nodes:
        plain = isinstance(node, ast.Call) and not node.keywords and node.args
        if isinstance(node, ast.Call) and plain and not any(isinstance(one, _SPREAD) for one in node.args):
            made = program.definitions.get(last_name(node.func))
            if made is not None and defaults(made):
                calls.setdefault(program.segment(node.func), []).append(node)
    for some in calls.values():
        for call, other in itertools.permutations(some, 2):
            lacking = [program.segment(one) for one in other.args[len(call.args) :]]
            known = program.scopes.names(program.scope(call)) if lacking else set()
            if lacking and all(twin(text) != text and stem_of(twin(text)) in known for text in lacking):
                end = program.parenthesised(call.args[-1])[1]
                yield Edit(end, end, "".join(f", {twin(text)}" for text in lacking), _COST)


def _kept_otherwise(program: Program) -> Iterator[Edit]:
    """`self.rate = rate` for `self.rate = 0.1`, where nothing else takes that parameter."""
    for function in (one for one in program.nodes if isinstance(one, ast.FunctionDef)):
        taken = {one.id for one in names_read(walk(function))}
        handed = (one.arg for one in (*function.args.args, *function.args.kwonlyargs))
        idle = {name.strip("_").lower(): name for name in handed if name not in taken}
        for node in walk(function):
            for target, value in values_given(node):
                name = idle.get(last_name(target).strip("_").lower())
                if name and isinstance(target, ast.Attribute) and isinstance(value, ast.Constant):
                    yield Edit(*program.span(value), name, _COST)


def _never_added(program: Program) -> Iterator[Edit]:
    """`w @ a + b` for `w @ a` in a loop, or a comprehension, that goes over pairs of w and b, and never uses b."""
    loops = (node for node in program.nodes if isinstance(node, ast.For | ast.ListComp | ast.GeneratorExp))
    for loop in loops:
        turned = loop if isinstance(loop, ast.For) else loop.generators[0]
        names = [one.id for one in getattr(turned.target, "elts", ()) if isinstance(one, ast.Name)]
        inside = loop.body if isinstance(loop, ast.For) else [loop.elt]
        parts = [part for one in inside for part in walk(one)]
        used = {one.id for one in names_read(parts)}
        idle = [name for name in names if name not in used and name.strip("_")]
        for part in parts if len(idle) == 1 < len(names) else ():
            whole = not isinstance(program.parents[id(part)], ast.BinOp | ast.Attribute)
            if _is_product(part) and whole and any(one.id in names for one in names_read(walk(part))):
                product = program.segment(part)
                if ".T" not in product and "transpose" not in product:  # no bias is added to a gradient
                    yield Edit(*program.span(part), f"{product} + {idle[0]}", _COST)


def _is_product(node: ast.AST) -> TypeGuard[ast.BinOp | ast.Call]:
    """Whether this is a matrix product."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and last_name(node.func) in ("dot", "matmul")
