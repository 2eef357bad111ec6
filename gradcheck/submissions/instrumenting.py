"""
Rewriting a submission so that it reports every value that it computes, while it behaves as it would unseen.

Expressions pass through a recorder, which gives back what it is given; positions are kept, so that tracebacks stay
true. An expression is known by its number: its index in `ast.walk` order of the submission's tree as parsed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

from gradcheck.submissions.job import Evaluation
from gradcheck.submissions.targets import scope_walk
from gradcheck.submissions.trees import place

NAME = "_watched_"
_MARK = "watched_number"
_DOTTED = re.compile(r"\w+(\.\w+)*")
_WATCHED = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.ListComp,
    ast.IfExp,
)


def number(tree: ast.Module) -> ast.Module:
    """
    Mark every node with its number, so that a tree that is changed afterwards still knows its numbers.

    Parameters
    ----------
    tree : Module
        As parsed. Marked in place, and returned.
    """
    for index, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.expr_context | ast.operator | ast.unaryop | ast.cmpop | ast.boolop):
            setattr(node, _MARK, index)  # nodes without a place are shared by the parser
    return tree


def instrument(tree: ast.Module, evaluations: Iterable[Evaluation] = (), watch: bool = True) -> ast.Module:
    """
    Rewrite a tree so that it reports to the `Recorder` that its namespace holds as `NAME`.

    Parameters
    ----------
    tree : Module
        As parsed, or marked by `number` and changed since. Changed in place, and returned.
    evaluations : iterable of Evaluation
        Statements before which the recorder is asked to evaluate.
    watch : bool
        Whether expressions and assignments report their values.

    Returns
    -------
    Module
        Ready to compile.
    """
    if not hasattr(tree, _MARK):
        number(tree)
    wanted = {evaluation.node for evaluation in evaluations}
    rewritten = cast(ast.Module, _Rewriter(wanted, watch).visit(tree))
    place(rewritten)
    return rewritten


class _Rewriter(ast.NodeTransformer):
    """Wraps expressions in calls of the recorder, and adds calls around statements."""

    def __init__(self, evaluated: set[int], watch: bool) -> None:
        self.evaluated, self.watch = evaluated, watch
        self.functions: list[ast.AST] = []  # that are being visited, the outermost first

    def visit(self, node: ast.AST) -> Any:
        index = getattr(node, _MARK, None)
        if isinstance(node, ast.stmt):
            return self._around(node, index)
        if isinstance(node, ast.JoinedStr | ast.pattern | ast.arguments) or _stored(node):
            if isinstance(node, ast.Subscript):  # an index is read even where the item is assigned to
                node.slice = self.visit(node.slice)
            return node
        if isinstance(node, ast.Lambda):
            self.functions.append(node)
            node.body = self.visit(node.body)
            self.functions.pop()
            if index in self.evaluated and index is not None:
                both = ast.Tuple([_evaluation(index, self._enclosing(node)), node.body], ast.Load())
                node.body = ast.Subscript(both, ast.Constant(1), ast.Load())
            return node
        if isinstance(node, ast.expr) and not self.watch:
            self.generic_visit(node)  # there may be a lambda in it
            return node
        if isinstance(node, ast.Call):
            self._call(node)
        else:
            self.generic_visit(node)
        if index is not None and isinstance(node, _WATCHED):
            return _report(index, cast(ast.expr, node))
        return node

    def _call(self, node: ast.Call) -> None:
        """Leave what is called alone, save the object whose method it is."""
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)

    def _around(self, node: ast.stmt, index: int | None) -> Any:
        """Put the evaluations before a statement, and the report of its target, or of what it fills, behind it."""
        after = [_reported(number, target, node) for number, target in _targets(node)] if self.watch else []
        after += [_looked_at(number, text, node) for number, text in _filled(node)] if self.watch else []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
            inner = [node] if not isinstance(node, ast.ClassDef) else []
            self.functions += inner
            handed = [
                _looked_at(number, text, node.body[0]) for number, text in _handed_in_vain(node) if self.watch
            ]
            begin = ast.get_docstring(node, clean=False) is not None
            visited = [new for old in node.body for new in _listed(self.visit(old))]
            node.body = [*visited[:begin], *handed, *visited[begin:]]
            del self.functions[len(self.functions) - len(inner) :]
        elif isinstance(node, ast.AnnAssign):
            node.value = self.visit(node.value) if node.value else None
        else:
            self.generic_visit(node)
        asked = index is not None and index in self.evaluated
        before = [_evaluate(node, index, self._enclosing(node))] if asked and index is not None else []
        return [*before, node, *after] if before or after else node

    def _enclosing(self, node: ast.AST) -> list[str]:
        """Names of the functions around the one that a node is evaluated in: a lambda itself, or what it is in."""
        around = self.functions
        inner = around if isinstance(node, ast.Lambda) else around[:-1]
        if not inner or any(_asks_for_locals(function) for function in around):
            return []  # they would be others
        return sorted({name for function in inner for name in _bound(function)})


def _listed(visited: Any) -> list[ast.stmt]:
    return visited if isinstance(visited, list) else [visited]


def _stored(node: ast.AST) -> bool:
    """Whether an expression is assigned to or deleted: all of it but an index is left alone."""
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _targets(node: ast.stmt) -> list[tuple[int, ast.expr]]:
    """
    Numbers and expressions to report after a statement.

    Parts of a tuple go under their own numbers, and so does the array whose item is assigned to.
    """
    if isinstance(node, ast.Assign):
        target = node.targets[0]
    elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
        target = node.target
    else:
        return []
    if isinstance(target, ast.Tuple | ast.List):
        found: list[tuple[ast.AST, ast.expr]] = [(part, part) for part in target.elts]
    elif isinstance(target, ast.Subscript):
        found = [(node, target), (target.value, target.value)]
    else:
        found = [(node, target)]
    return [(getattr(known, _MARK), part) for known, part in found if hasattr(known, _MARK) and _harmless(part)]


def _filled(node: ast.stmt) -> list[tuple[int, str]]:
    """
    Numbers and names of what a loop adds up, or puts into entry by entry, `w[i][j] += 1`: a turn says too little.

    What the loop makes anew in each turn is seen when the loops in it are done.
    """
    if not isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return []
    parts = list(scope_walk([*([] if isinstance(node, ast.While) else [node.target]), *node.body]))
    sums = [part.target for part in parts if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)]
    stored = [part for part in parts if _stored(part) and not any(part is one for one in sums)]
    made = {part.id for part in stored if isinstance(part, ast.Name)}
    deep = (part for part in stored if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Subscript))
    found = ((held, ast.unparse(held)) for held in (*sums, *map(_base, deep)) if hasattr(held, _MARK))
    return [
        (getattr(held, _MARK), text)
        for held, text in found
        if _DOTTED.fullmatch(text) and text.split(".")[0] not in made
    ]


def _handed_in_vain(node: ast.stmt) -> list[tuple[int, str]]:
    """Numbers and names of a function's parameters that it doesn't mention: others are seen where they stand."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    mentioned = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return [
        (getattr(one, _MARK), one.arg)
        for one in node.args.args
        if one.arg not in mentioned and hasattr(one, _MARK)
    ]


def _base(target: ast.expr) -> ast.expr:
    """What an item is one of, or one of such an item: of `a[0][1]` it is `a`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def _harmless(target: ast.expr) -> bool:
    """Whether reading a target back can do nothing but read."""
    return not any(
        isinstance(part, ast.Call | ast.NamedExpr | ast.Starred | ast.Await) for part in ast.walk(target)
    )


def _report(index: int, value: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(NAME, ast.Load()), [ast.Constant(index), value], [])
    for part in (call, call.func, call.args[0]):
        ast.copy_location(part, value)
    return call


def _reported(index: int, target: ast.expr, statement: ast.stmt) -> ast.stmt:
    """Make the statement that reports a target, as if it stood where the assignment stands."""
    # unparsed and parsed again: a copy that shares no node with the target, loaded and not stored
    value = ast.parse(ast.unparse(target), mode="eval").body
    for part in ast.walk(value):
        ast.copy_location(part, statement)
    return ast.copy_location(ast.Expr(_report(index, value)), statement)


def _looked_at(index: int, text: str, statement: ast.stmt) -> ast.stmt:
    """Make the statement that reports what goes by a name; unlike a name that is written out, it can't fail."""
    look = ast.Attribute(ast.Name(NAME, ast.Load()), "look", ast.Load())
    new = ast.Expr(ast.Call(look, [ast.Constant(index), ast.Constant(text)], []))
    for part in ast.walk(new):
        ast.copy_location(part, statement)
    return new


def _bound(function: ast.AST) -> set[str]:
    """Names that a function is handed or gives values to, those of what is defined in it included."""
    parts = list(ast.walk(function))
    given = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    given |= {part.name for part in parts if isinstance(part, ast.FunctionDef) and part is not function}
    return given | {part.arg for part in parts if isinstance(part, ast.arg)}


def _asks_for_locals(function: ast.AST) -> bool:
    """Whether what a function does may depend on which names it has."""
    names = {part.id for part in ast.walk(function) if isinstance(part, ast.Name)}
    return not names.isdisjoint(("locals", "vars", "dir", "eval", "exec"))


def _evaluation(index: int, enclosing: Sequence[str]) -> ast.Call:
    """Make the call that evaluates; what enclosing functions hold is in the frame for a lambda that reads it."""
    evaluate = ast.Attribute(ast.Name(NAME, ast.Load()), "evaluate", ast.Load())
    kept = [ast.parse(f"lambda: ({', '.join(enclosing)},)", mode="eval").body] if enclosing else []
    return ast.Call(evaluate, [ast.Constant(index), *kept], [])


def _evaluate(statement: ast.stmt, index: int, enclosing: Sequence[str]) -> ast.stmt:
    new = ast.Expr(_evaluation(index, enclosing))
    for part in ast.walk(new):
        ast.copy_location(part, statement)
    return new
