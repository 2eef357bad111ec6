"""
What a contract's functions are made of: which statements of a file set, fill or change what they read.

A file is gone through backwards from the names that the contract uses: a function needs the names that it reads,
those need what sets or fills them, and so on: `register("s", Sigmoid())` is needed where the `REG` is that
`register` changes. What trains, asks or waits as its text shows is never needed; how long the rest takes is found
by running it.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from gradcheck.config import Contract
from gradcheck.config.code import GIVEN
from gradcheck.submissions.job import Settlement
from gradcheck.submissions.targets import chain, own_targets, root, scope_walk
from gradcheck.submissions.trees import children, walk

_MUTATORS = frozenset(
    [
        *("append", "appendleft", "add", "insert", "extend", "update", "setdefault", "pop", "popitem", "remove"),
        *("discard", "clear", "sort", "reverse", "fill", "itemset", "put"),
        *("__setitem__", "__setattr__", "__delitem__", "__delattr__"),
    ]
)
_NAMESPACES = frozenset(["globals", "vars", "locals", "exec", "eval"])
_ASKS_OR_ENDS = frozenset(["input", "raw_input", "sleep", "exit", "quit", "_exit"])
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ANYTHING = "*"  # some name that is worked out when it runs
MOST_STATEMENTS = 2_000  # of a file; what is larger needs nothing
MOST_EFFORT = 100_000  # of some microseconds each; a file of two hundred lines takes some thousands
_MAKERS = ("__new__", "__init__", "__post_init__", "__init_subclass__")

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class TooMuchError(Exception):
    """It takes too long to work out what a file needs."""


class _Verdicts:
    """What is known of functions, and which are being looked at."""

    def __init__(self) -> None:
        self.known: dict[Function, bool] = {}
        self.seen: set[Function] = set()


class Needs:
    """
    What is needed of one file.

    The judge works this out of text that may be hostile: where that takes too long TooMuchError is raised, and
    RecursionError where functions call each other too deeply.

    Parameters
    ----------
    tree : Module
        As parsed: what is left out of it must still be in it.
    used : collection of str, optional
        Names that whoever loads the file uses; by default what its functions read.
    given : collection of str
        Names of the file that are set from outside, so that what sets them isn't needed.
    refused : collection of int
        Lines of statements that a run found to take too long.
    callers : bool
        Whether its functions may be called by others than `used` tells of: what they read is needed then.
    """

    def __init__(
        self,
        tree: ast.Module,
        used: Collection[str] | None = None,
        given: Collection[str] = (),
        refused: Collection[int] = (),
        *,
        callers: bool = False,
    ) -> None:
        self.tree, self.given, self.refused = tree, frozenset(given), frozenset(refused)
        self.used, self.callers = frozenset(used or ()), callers or used is None
        self._effort = 0
        # by the nodes themselves and not by their ids, which others have once a node is gone
        self._scopes: dict[ast.AST, list[ast.AST]] = {}
        self._sets: dict[ast.stmt, frozenset[str]] = {}
        self._parameters: dict[Function, list[str]] = {}
        self._changes: dict[Function, frozenset[str]] = {}
        self._open: dict[Function, int] = {}  # those that are being looked at, with how deep that is
        self._interim: dict[
            Function, tuple[frozenset[str], int]
        ] = {}  # those that call an open one, with its depth
        self._reached = 0
        self._harmful, self._catching, self._repeating = _Verdicts(), _Verdicts(), _Verdicts()
        self._training, self._updates = _Verdicts(), _Verdicts()

    def _spend(self, effort: int) -> None:
        """Count what is done, so that it ends at the same place on every machine."""
        self._effort += effort
        if self._effort > MOST_EFFORT:
            raise TooMuchError

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        nodes = [*walk(self.tree)]
        if sum(isinstance(node, ast.stmt) for node in nodes) > MOST_STATEMENTS:
            raise TooMuchError
        return nodes

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self._nodes if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, list[tuple[Function, bool]]]:
        """All functions by name, lambdas with a name included, each with whether it is a method."""
        found: dict[str, list[tuple[Function, bool]]] = {}
        methods = {id(node) for one in self.classes.values() for node in one.body}
        for node in self._nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, []).append((node, id(node) in methods))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append((node.value, False))
        return found

    def wants(self, statement: ast.stmt) -> bool:
        """Whether a statement that would be left out is needed, and nothing in its text speaks against it."""
        return self.may_run(statement) and bool(self.changed(statement))

    def changed(self, statement: ast.stmt) -> frozenset[str]:
        """Needed names that a statement sets, fills or changes."""
        return self.sets(statement) & self.names

    def may_run(self, statement: ast.stmt) -> bool:
        if statement.lineno in self.refused:
            return False
        nodes = self._scope(statement)
        # what handles whatever is raised handles the bound as well, and nothing bounds what goes on after that
        endless = self._catches(nodes) and self._repeats(nodes)
        return not (endless or self._is_harmful(nodes) or self._is_training(nodes))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that is needed."""
        parts: dict[str, list[set[str]]] = {}
        for node, readers in self._parts(self.tree.body):
            reads = self._reads(readers)
            for name in self.sets(node):
                parts.setdefault(name, []).append(reads)
        needed = {*self.used}
        if self.callers:
            functions = [node for several in self.functions.values() for node, _ in several]
            needed |= self._reads(functions) | {*self.classes}
        needed -= self.given
        waiting = [*needed]
        while waiting:
            for reads in parts.pop(waiting.pop(), ()):
                self._spend(len(reads))
                more = reads - self.given - needed
                needed |= more
                waiting += more
        return frozenset(needed)

    def _parts(self, body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, list[ast.AST]]]:
        """Statements that may run alone, each as what it sets and what it reads; what harms reads nothing."""
        for statement in body:
            if isinstance(statement, ast.If | ast.With | ast.Try) and not is_main_guard(statement):
                heads = [statement.test] if isinstance(statement, ast.If) else getattr(statement, "items", [])
                if heads:
                    yield statement, [*heads]
                for block in (statement, *getattr(statement, "handlers", ())):
                    for key in ("body", "orelse", "finalbody"):
                        yield from self._parts(getattr(block, key, ()))
            elif not is_main_guard(statement) and self.may_run(statement):
                yield statement, [statement]

    def _scope(self, statement: ast.stmt) -> list[ast.AST]:
        """What is in the scope of a statement."""
        if isinstance(statement, ast.If | ast.With | ast.Try):  # pruning takes out parts of these
            return self._walked([statement])
        if statement not in self._scopes:
            self._scopes[statement] = self._walked([statement])
        return self._scopes[statement]

    def _inside(self, function: Function) -> list[ast.AST]:
        """What is in the scope of a function."""
        key = function if isinstance(function, ast.Lambda) else function.args  # as a statement it is in another
        if key not in self._scopes:
            self._scopes[key] = self._walked(_body(function))
        return self._scopes[key]

    def _walked(self, nodes: Iterable[ast.AST]) -> list[ast.AST]:
        found = [*scope_walk(nodes)]
        self._spend(len(found))
        return found

    def sets(self, statement: ast.stmt) -> frozenset[str]:
        """Names of the file that a statement sets, or whose objects it changes."""
        if statement in self._sets:
            return self._sets[statement]
        nodes = self._scope(statement)
        found = {steps[0] for node in nodes for steps in own_targets(node)}
        found |= {str(node.name) for node in nodes if isinstance(node, ast.MatchAs | ast.MatchStar)}
        found |= self._changed_by(nodes)
        _spread(found, self._other_names)
        if found & {_ANYTHING, "sys"}:  # `sys.modules[__name__]` is one more way to say `globals()`
            found |= _words(statement) | self._set_nowhere
        self._spend(len(found))
        if not isinstance(statement, ast.If | ast.With | ast.Try):
            self._sets[statement] = frozenset(found)
        return frozenset(found)

    @cached_property
    def _set_nowhere(self) -> frozenset[str]:
        """Names that are read, but that nothing sets by name: a name that is worked out may be one of them."""
        set_ = {node.id for node in self._nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        set_ |= {steps[0] for node in self._nodes if isinstance(node, ast.stmt) for steps in own_targets(node)}
        return frozenset(self._reads([self.tree]) - set_ - {*vars(builtins)})

    @cached_property
    def _other_names(self) -> dict[str, set[str]]:
        """Names of the file to those of which they are, or hold, the same objects: `r = REG`."""
        return _stands_for(self._walked(self.tree.body))

    def _changed_by(self, nodes: Sequence[ast.AST]) -> set[str]:
        """Names whose objects are changed where the nodes of one scope run."""
        found: set[str] = set()
        for node in nodes:
            found |= {steps[0] for steps in own_targets(node) if len(steps) > 1}
            if isinstance(node, ast.Call):
                found |= self._changed_by_call(node)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                found |= self._changed_by_mention(node)
        if found:
            _spread(found, _stands_for(nodes))
        return found

    def _changed_by_call(self, call: ast.Call) -> set[str]:
        func, first = call.func, root(call.args[0]) if call.args else None
        found: set[str | None] = set()
        if isinstance(func, ast.Attribute) and func.attr in _MUTATORS:
            found.add(root(func.value))
        elif isinstance(func, ast.Name) and func.id in ("setattr", "delattr"):
            found.add(first)
        elif isinstance(func, ast.Name) and func.id in _NAMESPACES:
            found.add(first if func.id == "vars" and call.args else _ANYTHING)
        for function, handed in self._called(call):
            changes, names = self._changes_of(function), self._named(function)
            if changes:
                keywords = {one.arg: root(one.value) for one in call.keywords}
                by_name = dict(zip(names, handed, strict=False)) | keywords
                found |= {by_name.get(name) if name in names else name for name in changes}
                self._spend(len(changes))
        return {name for name in found if name}

    def _changed_by_mention(self, node: ast.Name | ast.Attribute) -> set[str]:
        """What a function changes that may be called under another name: `map(register, names)`."""
        found: set[str] = set()
        name = node.id if isinstance(node, ast.Name) else node.attr
        for function, is_method in self.functions.get(name, ()):
            changes, names = self._changes_of(function), self._named(function)
            self._spend(1 + len(changes))
            found |= changes - {*names}
            if is_method and names[:1] and names[0] in changes:
                found.add(root(node) or "")
        return found - {""}

    def _changes_of(self, function: Function) -> frozenset[str]:
        """
        What a call of a function changes: parameters of its own, and names of the file.

        That of a function which calls one that is being looked at is known for good only once that one's is.
        """
        if function in self._changes:
            return self._changes[function]
        if function in self._open:
            self._reached = min(self._reached, self._open[function])
            return frozenset()
        if function in self._interim:
            changes, reached = self._interim[function]
            self._reached = min(self._reached, reached)
            return changes
        depth = self._open[function] = len(self._open)
        before, self._reached = self._reached, depth
        changes = self._changes_in(function)
        del self._open[function]
        if self._reached < depth:
            self._interim[function] = (changes, self._reached)
        else:
            self._changes[function] = changes
            self._spend(len(self._interim))
            self._interim = {one: known for one, known in self._interim.items() if known[1] < depth}
        self._reached = min(before, self._reached)
        return changes

    def _changes_in(self, function: Function) -> frozenset[str]:
        nodes, names = self._inside(function), {*self._named(function)}
        declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        targets = {steps for node in nodes for steps in own_targets(node)}
        bound = {steps[0] for steps in targets if len(steps) == 1} - declared
        changed = self._changed_by(nodes) | ({steps[0] for steps in targets} & declared)
        for inner in nodes:  # what it makes may be returned, and called by whoever gets it
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                changed |= self._changes_of(inner) - {*self._named(inner)} - names
        return frozenset(changed - (bound - names))

    def _named(self, function: Function) -> list[str]:
        """Names of a function's parameters."""
        if function not in self._parameters:
            self._parameters[function] = _parameters(function)
        return self._parameters[function]

    def _called(self, call: ast.Call) -> Iterator[tuple[Function, list[str | None]]]:
        """Functions of the file that a call may run, with the names whose objects are handed over in order."""
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if name not in self.functions and name not in self.classes:
            return
        arguments = [root(argument) for argument in call.args]
        for function, is_method in self.functions.get(name, ()):
            owner = [root(func.value)] if isinstance(func, ast.Attribute) and is_method else []
            self._spend(1 + len(arguments))
            yield function, [*owner, *arguments]
        for maker in self._makers(name, set()):
            self._spend(1 + len(arguments))
            yield maker, [None, *arguments]

    def _makers(self, name: str, seen: set[str]) -> Iterator[Function]:
        """What runs when an object of a class is made, that of the classes it is made of included."""
        if name in self.classes and name not in seen:
            seen.add(name)
            self._spend(len(self.classes[name].body))
            for node in self.classes[name].body:
                if isinstance(node, ast.FunctionDef) and node.name in _MAKERS:
                    yield node
            for base in self.classes[name].bases:
                yield from self._makers(root(base) or "", seen)

    def trains(self, statement: ast.stmt) -> bool:
        """Whether a statement moves values on again and again, as its text shows."""
        return self._is_training(self._scope(statement))

    def _is_training(self, nodes: Sequence[ast.AST]) -> bool:
        for node in nodes:
            repeated = _repeated(node)
            if repeated and self._is_update(self._walked(repeated)):
                return True
            if isinstance(node, ast.Call) and self._calls(node, self._training, self._is_training):
                return True
        return False

    def _is_harmful(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether running some nodes asks, waits, ends or goes on for ever."""
        for node in nodes:
            if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
                return True
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in _ASKS_OR_ENDS and name not in self.functions:
                    return True
                if self._calls(node, self._harmful, self._is_harmful):
                    return True
        return False

    def _catches(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether whatever is raised may be handled where some nodes run."""
        return any(
            _catches_all(node) or (isinstance(node, ast.Call) and self._calls(node, self._catching, self._catches))
            for node in nodes
        )

    def _repeats(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether some nodes run anything again and again."""
        return any(
            bool(_repeated(node))
            or (isinstance(node, ast.Call) and self._calls(node, self._repeating, self._repeats))
            for node in nodes
        )

    def _is_update(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether running some nodes moves a value on from what it was: repeated, that is training."""
        for node in nodes:
            written_out = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.JoinedStr)
            if isinstance(node, ast.AugAssign) and not isinstance(node.value, written_out):
                return True
            if isinstance(node, ast.Assign) and not _counts(node.value) and self._moves(node):
                return True
            if isinstance(node, ast.Call) and self._calls(node, self._updates, self._is_update):
                return True
        return False

    def _moves(self, node: ast.Assign) -> bool:
        """Whether an assignment reads what it sets."""
        reads = [one for one in walk(node.value) if isinstance(one, ast.Name | ast.Attribute | ast.Subscript)]
        self._spend(len(reads))
        names = {one.id for one in reads if isinstance(one, ast.Name)}
        targets = {ast.unparse(target) for target in node.targets if root(target) in names}
        return bool(targets) and any(ast.unparse(one) in targets for one in reads)

    def _calls(self, call: ast.Call, verdicts: _Verdicts, judge: Callable[[Sequence[ast.AST]], bool]) -> bool:
        """Whether a call runs a function of the file of which something holds."""
        return any(self._of(function, verdicts, judge) for function, _ in self._called(call))

    def _of(self, function: Function, verdicts: _Verdicts, judge: Callable[[Sequence[ast.AST]], bool]) -> bool:
        """
        Judge a function's body, once.

        One that was seen on the way is somebody else's to judge; that it comes to nothing is known for good only
        once all that were seen came to nothing.
        """
        if function in verdicts.known:
            return verdicts.known[function]
        if function in verdicts.seen:
            return False
        outermost = not verdicts.seen
        verdicts.seen.add(function)
        verdict = judge(self._inside(function))
        if verdict:
            verdicts.known[function] = True
        if outermost:
            if not verdict:
                verdicts.known |= dict.fromkeys(verdicts.seen, False)
            verdicts.seen = set()
        return verdict

    def _reads(self, nodes: Iterable[ast.AST], bound: frozenset[str] = frozenset()) -> set[str]:
        """Names of the file that some nodes read, when they run or in the functions that they make."""
        found: set[str] = set()
        for node in nodes:
            if isinstance(node, ast.Name):
                if node.id not in bound:
                    found.add(node.id)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                found |= self._reads_of(node, bound)
            elif isinstance(node, _COMPREHENSIONS):
                targets = {
                    inner.id
                    for one in node.generators
                    for inner in walk(one.target)
                    if isinstance(inner, ast.Name)
                }
                found |= self._reads(children(node), bound | targets)
            elif not isinstance(node, ast.Constant):
                found |= self._reads(children(node), bound)
        return found

    def _reads_of(self, node: Function, bound: frozenset[str]) -> set[str]:
        outside = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        declared: set[str] = set()
        own = {*self._named(node)}
        for inner in self._inside(node):
            if isinstance(inner, ast.Global):
                declared |= {*inner.names}
            own |= {steps[0] for steps in own_targets(inner) if len(steps) == 1}
        if not isinstance(node, ast.Lambda):
            outside += [*node.decorator_list, *([node.returns] if node.returns else [])]
            outside += [one.annotation for one in walk(node.args) if isinstance(one, ast.arg) and one.annotation]
        self._spend(len(bound) + len(own))
        return self._reads(outside, bound) | self._reads(_body(node), frozenset((bound | own) - declared))


class Settled:
    """
    What is needed of an edited file, as it was worked out of the file itself, which takes longer than most runs.

    Parameters
    ----------
    tree : Module
        Of the edited file.
    known : Settlement
        Of the file itself.
    refused : collection of int
        Lines of statements that a run found to take too long.
    """

    def __init__(self, tree: ast.Module, known: Settlement, refused: Collection[int] = ()) -> None:
        self.wanted, self.left, self.names = frozenset(known.wanted), frozenset(known.left), frozenset(known.names)
        self.refused = frozenset(refused)
        self._edited = Needs(tree)

    def wants(self, statement: ast.stmt) -> bool:
        """Whether a statement that would be left out is needed: one that is edited, for the names that it sets."""
        if not self.names or statement.lineno in self.refused:
            return False
        written = digest(statement)
        if written in self.wanted or written in self.left:
            return written in self.wanted
        return bool(self._edited.sets(statement) & self.names) and self._edited.may_run(statement)

    def changed(self, _statement: ast.stmt) -> frozenset[str]:
        """Nothing: what is left out of an edited file is told of the file."""
        return frozenset()

    def trains(self, _statement: ast.stmt) -> bool:
        return False


def digest(statement: ast.stmt) -> str:
    """Short for what a statement says, wherever it stands."""
    return hashlib.sha256(ast.dump(statement).encode()).hexdigest()[:20]


def used_by(contract: Contract) -> tuple[frozenset[str], frozenset[str]]:
    """
    Names of a file that a contract uses, and those that it sets itself.

    Parameters
    ----------
    contract : Contract

    Returns
    -------
    used, given : frozenset of str
    """
    texts = [contract.run, *contract.gradients.values(), contract.output, contract.loss]
    if contract.script is not None:
        texts += [contract.script.before, contract.script.function.replace(".", "\n")]
        texts += [part for pair in contract.script.inject.items() for part in pair]
    used: set[str] = set()
    given: set[str] = set()
    for text in texts:
        used |= _names_in(text)
        given |= _given_in(text)
    return frozenset(used - {*GIVEN}), frozenset(given)


def identifiers(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that stands anywhere in some trees, those of attributes and imports included."""
    found: set[str] = set()
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.alias):
                found.add(node.name.rpartition(".")[2])
    return frozenset(found)


def is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in walk(statement.test)
    )


def _names_in(text: str) -> set[str]:
    """Names in code, those in the code that it holds as text included; a single word is no code."""
    try:
        tree = ast.parse(text.strip())
    except SyntaxError:
        return set(re.findall(r"[^\W\d]\w*", text))
    held = [
        node.value
        for node in walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isidentifier()
    ]
    return {*identifiers([tree])} | {word for one in held for word in re.findall(r"[^\W\d]\w*", one)}


def _given_in(text: str) -> set[str]:
    """Names of the file that code sets: `submission.W1, submission.b1 = W1, b1`."""
    try:
        tree = ast.parse(textwrap.dedent(text).strip())
    except SyntaxError:
        return set()
    targets = [
        steps for node in walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign) for steps in own_targets(node)
    ]
    return {
        steps[1][1:] for steps in targets if len(steps) == 2 and steps[0] == "submission" and steps[1][0] == "."
    }


def _words(node: ast.AST) -> set[str]:
    """Words of the texts in a node, and its keywords."""
    found: set[str] = set()
    for inner in walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found |= set(re.findall(r"[^\W\d]\w*", inner.value))
        elif isinstance(inner, ast.keyword) and inner.arg:
            found.add(inner.arg)
    return found


def _stands_for(nodes: Iterable[ast.AST]) -> dict[str, set[str]]:
    """Names that the nodes of one scope give to objects of others, to those."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.For):
            names = _held(node.value if isinstance(node, ast.Assign) else node.iter)
            for steps in own_targets(node):
                found.setdefault(steps[0], set()).update(names)
    return found


def _spread(names: set[str], stands_for: Mapping[str, set[str]]) -> None:
    """Add to names what they stand for, in place."""
    waiting = [*names]
    while waiting:
        more = stands_for.get(waiting.pop(), set()) - names
        names |= more
        waiting += more


def _held(value: ast.AST) -> set[str]:
    """Names whose objects a value is, or is a part of, or holds: `r`, `r[0]`, `[r, s]`, `zip(r, s)`."""
    source = chain(value) if isinstance(value, ast.expr) else None
    if source is not None:
        return {source[0]}
    parts: list[ast.expr | None] = []
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        parts += value.elts
    elif isinstance(value, ast.Dict):
        parts += value.values
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        parts += value.args
    return {name for part in parts if part is not None for name in _held(part)}


def _counts(value: ast.expr) -> bool:
    """Whether it is a step by a constant: `i + 1`."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add | ast.Sub)
        and isinstance(value.right, ast.Constant)
    )


def _catches_all(node: ast.AST) -> bool:
    """Whether it handles whatever is raised."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or any(
        isinstance(one, ast.Name) and one.id == "BaseException" for one in walk(node.type)
    )


def _repeated(node: ast.AST) -> list[ast.AST]:
    """What a node runs again and again; not what it runs for a few things that are written out."""
    if isinstance(node, ast.While):
        return [node.test, *node.body]
    if isinstance(node, ast.For | ast.AsyncFor):
        return [] if isinstance(node.iter, ast.List | ast.Tuple | ast.Dict | ast.Set) else [*node.body]
    return children(node) if isinstance(node, _COMPREHENSIONS) else []


def _body(function: Function) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else [*function.body]


def _parameters(function: Function) -> list[str]:
    """Names of a function's parameters, those that are given by their place first and in order."""
    a = function.args
    rest = [one for one in (a.vararg, a.kwarg) if one is not None]
    return [one.arg for one in (*a.posonlyargs, *a.args, *a.kwonlyargs, *rest)]
