"""
Seeing every value that a submission computes, while it behaves as it would unseen.

The syntax tree is rewritten so that expressions pass through a `Recorder`, which gives back what it is given;
positions are kept, so that tracebacks stay true. An expression is known by its number: its index in `ast.walk`
order of the submission's tree as parsed.
"""

from __future__ import annotations

import ast
import contextlib
import random
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from types import CodeType, FrameType, FunctionType, MappingProxyType
from typing import Any, TypeVar, cast

import numpy as np

from gradcheck.network.forward import Array
from gradcheck.submissions.interrupting import interrupted_after
from gradcheck.submissions.job import Evaluation, Event
from gradcheck.submissions.targets import mangle, scope_walk
from gradcheck.submissions.trees import place

NAME = "_watched_"
EVENTS_PER_NODE = 64
EVALUATIONS_PER_NODE = 16
_LAYERS = 4
LARGEST_VALUE = 100_000
LARGEST_TOTAL = 4_000_000  # numbers, over all events
EVALUATION_SECONDS = 1.0  # of processor time, for all candidates of one run
_SHARE = 0.25  # of what is left of it, for one statement: the first ones must not take it all
_FAILURES = 3  # of a candidate, after which it isn't tried any more: a part that is guarded fails at times
_OBJECTS = 2000  # that are looked through for what a candidate may change
_MARK = "watched_number"
_DOTTED = re.compile(r"\w+(\.\w+)*")
_CHANGING = (  # methods that change what they belong to: those of what can be changed, and of nothing else
    ({*dir(list), *dir(deque)} - {*dir(tuple), "copy"})
    | ({*dir(set)} - {*dir(frozenset)})
    | ({*dir(dict)} - {*dir(MappingProxyType)})
    | {"fill", "put", "resize", "partition", "shuffle"}
)
_UFUNCS = {name: value for name, value in vars(np).items() if isinstance(value, np.ufunc)}
_OPERATORS = frozenset(
    f"__{prefix}{name}__"
    for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "neg", "getitem", "call")
    for prefix in ("", "r", "i")
)
_MAY_PUT = {*_CHANGING, *_UFUNCS, "out"}
_WORD, _SPREAD = re.compile(r"\w+"), re.compile(r"[(,\n]\s*\*")

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
_Statement = TypeVar("_Statement", bound=ast.stmt)


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
            node.body = [new for old in node.body for new in _listed(self.visit(old))]
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


class Recorder:
    """
    Collects the values of one run.

    Memory is bounded: of each expression the first values and the last are kept, and no more than
    `LARGEST_TOTAL` numbers altogether. So is the time that candidates take, `EVALUATION_SECONDS`.

    Parameters
    ----------
    evaluations : iterable of Evaluation
        Candidate expressions, by statement.
    """

    def __init__(self, evaluations: Iterable[Evaluation] = ()) -> None:
        self._expressions = {evaluation.node: evaluation.expressions for evaluation in evaluations}
        self._compiled: dict[int, list[tuple[int, CodeType]]] = {}
        self._evaluated: dict[int, int] = {}
        self._failures: Counter[tuple[int, int]] = Counter()
        self._counts: dict[int, int] = {}
        self._events: list[Event] = []
        self._last: dict[int, Event] = {}
        self._sequence = 0
        self._total = 0
        self._muted = False
        self._entered = False  # whether a candidate led into the submission's own code
        self._spent = 0.0

    def __call__(self, node: int, value: Any) -> Any:
        """Report the value of an expression, and give it back as it is."""
        if not self._muted:
            for array in as_arrays(value):
                self._keep(node, array)
        return value

    def look(self, node: int, text: str) -> None:
        """Report what goes by a name, or is its attribute, in the frame that asks; nothing if it isn't there."""
        if self._muted:
            return
        frame = sys._getframe(1)
        name, *attributes = text.split(".")
        names = frame.f_locals
        with contextlib.suppress(Exception):  # attributes may be of the submission's own making
            self(node, reduce(getattr, attributes, names[name] if name in names else frame.f_globals[name]))

    def _keep(self, node: int, array: Array) -> None:
        self._sequence += 1
        count = self._counts[node] = self._counts.get(node, 0) + 1
        event = Event(node=node, sequence=self._sequence, value=array)
        if count > EVENTS_PER_NODE:
            self._last[node] = event
        elif self._total < LARGEST_TOTAL:
            self._total += array.size
            self._events.append(event)

    def evaluate(self, node: int, _kept: Callable[[], object] | None = None) -> None:
        """Evaluate the candidates of a statement in the frame that is about to run it."""
        count = self._evaluated.get(node, 0)
        if self._muted or count == EVALUATIONS_PER_NODE or self._spent > EVALUATION_SECONDS:
            return
        self._evaluated[node] = count + 1
        started = time.process_time()
        frame = sys._getframe(1)
        if node not in self._compiled:
            self._compiled[node] = list(_compiled(self._expressions[node], _owner(frame.f_code)))
        # one flat namespace, so that comprehensions see the locals too; copies, so that nothing is done to them
        names = {**frame.f_globals, **{name: _copied(value) for name, value in frame.f_locals.items()}}
        names = {name: value for name, value in names.items() if not _too_large(value)}
        own = _own(frame.f_globals)
        methods = _methods(own)
        reached, module = [*names.values(), frame.f_globals], frame.f_globals.get("__name__")
        hidden = _overloads(own) or any(map(_closed_over, frame.f_locals.values()))
        state = _State(reached, module) if hidden else None
        enough = self._spent + _SHARE * (EVALUATION_SECONDS - self._spent)
        failed: set[int] = set()
        self._muted = True
        draws = any("rand" in self._expressions[node][index] for index, _ in self._compiled[node])
        drawn = (np.random.get_state(), random.getstate()) if draws else None
        late = TimeoutError("a candidate that never ends")  # what other statements have is evaluated all the same
        try:
            with (
                np.errstate(all="ignore"),
                self._following(frame.f_code.co_filename if hidden else None),
                interrupted_after(enough - self._spent, late, busy=True),
            ):
                for index, code in self._compiled[node]:
                    text = self._expressions[node][index]
                    changes = not methods.isdisjoint(code.co_names) or _may_change(text)
                    if changes and state is None:
                        state = _State(reached, module)
                    self._entered = False
                    if not self._try(node, index, code, {**names} if ":=" in text else names):
                        failed.add(index)
                    if state is not None and (changes or self._entered):
                        state.restore()
                    if self._spent + time.process_time() - started > enough:
                        break
        except TimeoutError:  # between two of them, or while what one changed was put back
            if state is not None:
                state.restore()
        finally:
            if drawn is not None:
                np.random.set_state(drawn[0])
                random.setstate(drawn[1])
            self._muted = False
            self._spent += time.process_time() - started
        self._failures.update((node, index) for index in failed)
        given_up = {index for index in failed if self._failures[node, index] == _FAILURES}
        if given_up:
            self._compiled[node] = [pair for pair in self._compiled[node] if pair[0] not in given_up]

    @contextlib.contextmanager
    def _following(self, path: str | None) -> Iterator[None]:
        """Notice calls of what a file defines, where an operator or a nested function leads there unnamed."""

        def notice(called: FrameType, event: str, _: object) -> None:
            self._entered = self._entered or (event == "call" and called.f_code.co_filename == path)

        before = sys.getprofile()
        if path is not None:
            sys.setprofile(notice)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _try(self, node: int, index: int, code: CodeType, names: dict[str, Any]) -> bool:
        """Evaluate one candidate, and keep what it gives; whether it gives anything."""
        try:
            arrays = as_arrays(eval(code, names))
        except (Exception, SystemExit):
            return False
        for array in arrays if self._total < LARGEST_TOTAL else ():
            self._total += array.size
            self._sequence += 1
            self._events.append(Event(node=node, sequence=self._sequence, value=array, candidate=index))
        return True

    def events(self) -> tuple[Event, ...]:
        """Everything kept so far, in order of time."""
        return tuple(sorted([*self._events, *self._last.values()], key=lambda event: event.sequence))


class _State:
    """
    What a candidate may change that calls what changes something: objects, their classes, and what they hold.

    Parameters
    ----------
    values : sequence
        From which they are reached.
    module : str, optional
        Whose objects are looked into.
    """

    def __init__(self, values: Sequence[Any], module: str | None) -> None:
        self._saved: list[tuple[Any, Any]] = []
        self._classes: list[tuple[type, dict[str, Any]]] = []
        pending, seen = list(values), set[int]()
        while pending and len(seen) < _OBJECTS:
            value = pending.pop()
            if id(value) in seen or _too_large(value):
                continue
            seen.add(id(value))
            if isinstance(value, np.ndarray | list | dict | set | deque):
                self._saved.append((value, value.copy()))
            if isinstance(value, list | tuple | dict | deque):
                pending += value.values() if isinstance(value, dict) else value
            elif isinstance(value, type) and value.__module__ == module:
                held = {name: one for name, one in vars(value).items() if not name.startswith("__")}
                self._classes.append((value, held))
                pending += held.values()
            elif type(value).__module__ == module and isinstance(getattr(value, "__dict__", None), dict):
                pending += (vars(value), type(value))
            else:
                pending += _closed_over(value)

    def restore(self) -> None:
        """Put everything back."""
        for value, before in self._saved:
            if isinstance(value, dict):
                value.clear()
                value.update(before)
            elif isinstance(value, list):
                value[:] = before
            elif isinstance(value, set | deque):
                value.clear()
                (value.update if isinstance(value, set) else value.extend)(before)
            elif value.flags.writeable:
                value[...] = before
        for kind, held in self._classes:
            for name in [one for one in vars(kind) if not one.startswith("__") and one not in held]:
                delattr(kind, name)
            for name, value in held.items():
                if vars(kind).get(name) is not value:
                    setattr(kind, name, value)


def _closed_over(value: object) -> list[object]:
    """What a function has from the functions around it, and may change."""
    cells = value.__closure__ if isinstance(value, FunctionType) else None
    found: list[object] = []
    for cell in cells or ():
        with contextlib.suppress(ValueError):  # not given a value yet
            found.append(cell.cell_contents)
    return found


def _methods(own: Mapping[str, Any]) -> set[str]:
    """Names of the functions that a submission defines, and of its classes and their methods."""
    classes = [value for value in own.values() if isinstance(value, type)]
    return {name for name, value in own.items() if callable(value)}.union(*map(vars, classes))


def _overloads(own: Mapping[str, Any]) -> bool:
    """Whether a submission has a class that says what operators, items or calls do."""
    classes = (value for value in own.values() if isinstance(value, type))
    return any(not _OPERATORS.isdisjoint(vars(one)) for one in classes)


def _own(names: Mapping[str, Any]) -> dict[str, Any]:
    """What a submission defines in its module."""
    module = names.get("__name__")
    return {name: value for name, value in names.items() if getattr(value, "__module__", None) == module}


@lru_cache(maxsize=1 << 15)
def _may_change(expression: str) -> bool:
    """Whether a candidate calls what changes an object, or puts something into an array: `np.exp(*pair)`."""
    if _MAY_PUT.isdisjoint(_WORD.findall(expression)) and _SPREAD.search(expression) is None:
        return False  # most of them; to parse one takes longer than to compile it
    try:
        tree = ast.parse(f"({expression}\n)", mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(_puts(node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _puts(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    into = name in _UFUNCS and len(call.args) > _UFUNCS[name].nin
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    return name in _CHANGING or into or starred or any(one.arg in (None, "out") for one in call.keywords)


def _owner(code: CodeType) -> str:
    """Name of the class that code is in; empty for none."""
    outer, _, _ = code.co_qualname.rpartition(".")
    while outer.endswith("<locals>"):  # of a function: what that is in
        outer, _, _ = outer.removesuffix(".<locals>").rpartition(".")
    return outer.rpartition(".")[2]


def _compiled(expressions: Iterable[str], owner: str) -> Iterable[tuple[int, CodeType]]:
    for index, expression in enumerate(expressions):
        code = _code(expression, owner if "__" in expression else "")
        if code is not None:
            yield index, code


@lru_cache(maxsize=1 << 15)  # the same candidates are evaluated on every input of a job
def _code(expression: str, owner: str) -> CodeType | None:
    text = f"({expression}\n)"  # in parentheses, so that it may span lines
    try:
        if not owner:
            return compile(text, "<candidate>", "eval")
        tree = ast.parse(text, mode="eval")
        mangle(tree, owner)
        return compile(tree, "<candidate>", "eval")
    except (SyntaxError, ValueError):
        return None


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray | list | dict) else value


def _too_large(value: Any) -> bool:
    """Whether what is made of a value would be too large to keep, and take too long to make."""
    return isinstance(value, np.ndarray) and value.size > LARGEST_VALUE


_DIMENSIONS = 4  # of lists in lists: one that holds itself has no end
_MADE = 1 << 9  # flag of classes that programs make
_READERS: Mapping[type, Callable[[Any], Any]] = {int: float, float: float, bool: float}


def as_arrays(value: Any) -> list[Array]:
    """Copy a value, or each of the few arrays that a list holds: one for each layer, say, and not rows of one."""
    several = isinstance(value, list) and 0 < len(value) <= _LAYERS
    if several and all(isinstance(one, np.ndarray) and one.ndim for one in value):
        return [array for one in value if (array := as_array(one)) is not None]
    array = as_array(value)
    return [] if array is None else [array]


def _held(value: Any, depth: int = 2) -> Any:
    """
    What an object holds that stands for it; in lists, too.

    It is the only array, or nest of numbers, that it holds beside its shape, as a matrix of one's own does; else
    the first thing but a shape of what can be computed with, as an engine's values can.
    """
    if isinstance(value, list) and depth and 0 < len(value) <= EVENTS_PER_NODE:
        first = _held(value[0], depth - 1)
        return value if first is value[0] else [_held(one, depth - 1) for one in value]
    kind = type(value)
    if kind in _READERS or not kind.__flags__ & _MADE or isinstance(value, np.ndarray | np.generic):
        return value
    try:
        held = [*vars(value).values()]
    except Exception:  # of the submission's own making
        return value
    arrays = [one for one in held if isinstance(one, np.ndarray | list)]
    if len(arrays) == 1 and len(held) > 1:
        shape = _shape(arrays[0])
        if all(one is arrays[0] or _is_size(one, shape) for one in held):
            return arrays[0]
    computes = hasattr(kind, "__mul__")
    return (
        next((one for one in held if one is not None and not isinstance(one, tuple)), value) if computes else value
    )


def _is_size(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether something is a shape, or one of its sizes."""
    sizes = value if type(value) is tuple else (value,)
    return all(type(one) is int for one in sizes) and (value == shape or (len(sizes) == 1 and sizes[0] in shape))


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of an array or of lists in lists, by the first of each."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    sizes: list[int] = []
    while isinstance(value, list) and value and len(sizes) < _DIMENSIONS:
        sizes.append(len(value))
        value = value[0]
    return tuple(sizes)


def as_array(value: Any) -> Array | None:
    """
    Copy what is a number, an array or a nest of numbers into a float64 array, be they objects that hold them.

    Returns
    -------
    ndarray of float64, shape (...), or None
        None for what is none of these, such as a tuple of arrays, and for what is too large to keep.
    """
    value = _held(value)
    if type(value) in _READERS:
        return np.array(value, dtype=float) if abs(value) < 1e300 else None
    if isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
        return None  # several things, though their shapes may be the same
    if isinstance(value, list | tuple):
        if not 0 < len(value) <= EVENTS_PER_NODE or not isinstance(
            value[0], int | float | list | tuple | np.ndarray | np.generic
        ):
            return None
        try:
            value = np.asarray(value)
        except (ValueError, TypeError):
            return None
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "biufc":
        return None
    if not 0 < value.size <= LARGEST_VALUE:
        return None
    return np.array(value.real, dtype=float, subok=False)
