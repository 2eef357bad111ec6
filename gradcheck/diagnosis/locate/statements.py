"""Forms of statements: what they assign to, an item that they put in, the step of an update, a loop's turns."""

from __future__ import annotations

import ast

from gradcheck.submissions.trees import walk

UPDATES = (ast.Add, ast.Sub, ast.Mult, ast.Div)  # operators of assignments
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)  # what comes behind these in a block is never run


def targets(statement: ast.AST) -> list[ast.expr]:
    """What an assignment, plain, annotated or augmented, assigns to: the parts of a tuple one by one."""
    if isinstance(statement, ast.Assign):
        return [p for one in statement.targets for p in (one.elts if isinstance(one, ast.Tuple) else [one])]
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return []
    return [statement.target] if isinstance(statement, ast.AugAssign | ast.AnnAssign) else []


def values_given(statement: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """What a plain assignment gives, by what it assigns to: a whole, or the parts of a tuple one by one."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return []
    places, value = targets(statement), statement.value
    values = value.elts if isinstance(value, ast.Tuple) and len(places) > 1 else [value]
    return [*zip(places, values, strict=True)] if len(values) == len(places) else []


def item(statement: ast.AST) -> ast.Subscript | None:
    """Find the item that a statement assigns to, if it does."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target if isinstance(target, ast.Subscript) else None


def base(target: ast.expr) -> ast.expr:
    """What a target is an item of, or an item of such an item: of `a[0][1]` it is `a`, of `a` itself."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def step(statement: ast.AST) -> ast.expr | None:
    """Give what `w -= step` or `w = w - step` adds or takes away; None of what is no such update."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.Sub):
        return statement.value
    value, given = getattr(statement, "value", None), targets(statement)
    if not isinstance(statement, ast.Assign) or len(given) != 1:
        return None
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
        return None
    return value.right if ast.unparse(value.left) == ast.unparse(given[0]) else None


def defaults(function: ast.FunctionDef) -> list[tuple[str, ast.expr]]:
    """The parameters of a function that have a default, and what that is; the last first."""
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    only_named = [(argument.arg, value) for argument, value in named if value is not None]
    names = (argument.arg for argument in reversed(function.args.args))
    return [*reversed(only_named), *zip(names, reversed(function.args.defaults), strict=False)]


def turn_names(loop: ast.For | ast.AsyncFor | ast.comprehension) -> list[str]:
    """Names that a loop or a comprehension gives a value in each of its turns, in the order of `ast.walk`."""
    return [part.id for part in walk(loop.target) if isinstance(part, ast.Name)]
