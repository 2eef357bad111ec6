"""Roots: the expressions whose values statements use whole, where a wrong value shows itself."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.statements import item, step
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_LONGEST_ROW = 32  # display whose entries are looked at one by one
_FORMULAS = (ast.BinOp, ast.UnaryOp, ast.Call)
_ITERATORS = ("zip", "enumerate", "reversed", "iter", "list")


@dataclass(frozen=True, order=True)
class Root:
    """
    An expression whose value a statement uses whole: what is assigned, returned, passed on, or an entry of these.

    Attributes
    ----------
    statement, expression : int
        Numbers of the nodes, in `ast.walk` order. A lambda is a statement: its body is what it returns.
    """

    statement: int
    expression: int


class Called(NamedTuple):
    """
    What may be called.

    Attributes
    ----------
    defined : mapping
        The functions of the file by name.
    made : collection of str
        Names that get a value: what is called under one of them was made by something.
    """

    defined: Mapping[str, ast.FunctionDef]
    made: Collection[str]


def used_whole(statement: ast.stmt | ast.Lambda, called: Called) -> Iterator[ast.expr]:
    """
    Give the expressions whose values a statement uses whole, in no order.

    Parameters
    ----------
    statement : stmt or Lambda
    called : Called
    """
    for value in _values(statement):
        yield value
        yield from _kept(value, called)


def _values(statement: ast.stmt | ast.Lambda) -> Iterator[ast.expr]:
    """Give what is assigned, returned, passed on, gone over or asked for, entry by entry."""
    put_to = item(statement)
    if put_to is not None and isinstance(put_to.slice, ast.Compare | ast.UnaryOp):
        yield put_to.slice  # a mask
    if isinstance(statement, ast.Lambda):
        yield from _parts(statement.body)
    elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return) and statement.value:
        yield from _parts(statement.value)
        if not isinstance(statement, ast.AugAssign) and (added := step(statement)) is not None:
            yield added
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call | ast.Yield):
        if _is_put_into(statement.value):
            yield statement.value
        else:
            yield from _handed_over(statement.value)
    elif isinstance(statement, ast.For):
        yield from _looped_over(statement.iter)
    elif isinstance(statement, ast.If | ast.While):
        yield statement.test


def _kept(value: ast.expr, called: Called) -> list[ast.expr]:
    """
    Values that a call is handed of which what it gives doesn't tell.

    It makes a function of them that is called later, it gives several things, or it was made by such a call; or
    they are formulas among the entries of what it is handed.
    """
    if not isinstance(value, ast.Call):
        return []
    handed = (
        (*value.args, *(keyword.value for keyword in value.keywords)) if _is_opaque(value.func, called) else ()
    )
    named = ((part, (*_FORMULAS, ast.Attribute)) for argument in handed for part in _parts(argument))
    rows = (argument.elts for argument in value.args if isinstance(argument, ast.Tuple | ast.List))
    found = (*named, *((part, _FORMULAS) for part in itertools.chain.from_iterable(rows)))
    of_their_kind = (part for part, kinds in found if isinstance(part, kinds))
    others = (*called.defined, *NOT_VALUES)
    return [part for part in dict.fromkeys(of_their_kind) if last_name(part) not in others]


def _is_opaque(function: ast.expr, called: Called) -> bool:
    """Whether what a call gives is a function or several things, or what is called was itself made by a call."""
    definition = called.defined.get(last_name(function))
    if definition is None:
        return isinstance(function, ast.Name) and function.id in called.made
    inner = [part for part in walk(definition) if part is not definition]
    return any(
        isinstance(part, ast.FunctionDef | ast.Lambda)
        or (isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple))
        for part in inner
    )


def _holds(called: ast.expr) -> bool:
    """Whether a call only puts its arguments together: a dict, a record, whose class has a capital, or a copy."""
    name = last_name(called)
    return name in ("dict", "replace", "_replace") or name[:1].isupper()


def _looped_over(value: ast.expr) -> Iterator[ast.expr]:
    """Give what a loop takes its turns from: each of the things that `zip` and `enumerate` go through."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _ITERATORS:
        for argument in value.args:
            yield from _looped_over(argument)
    else:
        yield from _parts(value)


def _is_put_into(value: ast.expr) -> bool:
    """Whether a call puts what it gives into an array as well: `np.add(a, b, out=a)`."""
    return isinstance(value, ast.Call) and any(keyword.arg == "out" for keyword in value.keywords)


def _handed_over(value: ast.expr) -> Iterator[ast.expr]:
    """Give the arguments of a call made for its effect, for each is a value by itself."""
    if isinstance(value, ast.Yield):
        yield from _parts(value)
    elif isinstance(value, ast.Call):
        for argument in [*value.args, *(keyword.value for keyword in value.keywords)]:
            yield from _parts(argument)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """Entries of a display one by one, anything else whole: a long one is data that somebody wrote out."""
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) <= _LONGEST_ROW:
        for part in value.elts:
            yield from _parts(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _parts(part)
    elif isinstance(value, ast.Call) and _holds(value.func):
        for part in (*value.args, *(keyword.value for keyword in value.keywords)):
            yield from _parts(part)
    elif isinstance(value, ast.Yield):  # `g = yield x @ w`: what comes back is another's
        yield from _parts(value.value) if value.value else ()
    elif not isinstance(value, ast.Lambda):
        yield value
