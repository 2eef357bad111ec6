"""
Rewriting a script so that it runs up to and through one pass of its training loop.

The one tree that is compiled is changed: injected names keep their values until the loop begins, statements
before it may fail, the loop's body reports to a `OnePass` and ends there.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType

import numpy as np

from gradcheck.config import ARRAYS, Contract, ScriptContract
from gradcheck.config.code import GIVEN
from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import CONTRACT_FILE, described
from gradcheck.submissions.holding import Given, Holding, Undeclared
from gradcheck.submissions.job import Inputs
from gradcheck.submissions.localvalues import literal_calls
from gradcheck.submissions.loops import Loop, sets_anew, straight_pass, training_loops
from gradcheck.submissions.onepass import NAME, OnePass
from gradcheck.submissions.reading import Source
from gradcheck.submissions.targets import (
    Chain,
    assigned,
    bound_name,
    own_targets,
    parse_chain,
    scope_walk,
    touches,
    within,
)

PARAMETERS = {"W1", "b1", "W2", "b2"}
_ERROR = "_pass_error_"
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, kw_only=True)
class Script:
    """
    What a rewritten script needs at run time.

    Attributes
    ----------
    source : Source
    inject : tuple of (str, code)
        Injected names and their compiled expressions.
    required : tuple of str
        Injected parameters that the pass assigns to.
    must_change : bool
        Whether there is no loop, and parameters are read after the pass: one that changes none is none.
    firsts : tuple of str
        Names whose first values are asked for.
    module_keys : tuple of str
        Injected names that a function reads from its module.
    repeats : bool
        Whether a second pass of the loop is as good as the first: all parameters are injected.
    """

    source: Source
    inject: tuple[tuple[str, CodeType], ...]
    required: tuple[str, ...]
    must_change: bool
    firsts: tuple[str, ...]
    module_keys: tuple[str, ...]
    repeats: bool

    def state(self, inputs: Inputs, note: Callable[[str], None], warm: Inputs | None = None) -> OnePass:
        """
        Make the state of one run, in which the parameters are those of `warm` for a pass before.

        Raises
        ------
        UngradableError
            If an expression of `inject` fails.
        """
        held = self.held(inputs)
        before = self.held(warm) if warm is not None else {}
        first = {
            key: before[key] for key, code in self.inject if key in before and set(code.co_names) & PARAMETERS
        }
        given = _given(inputs)
        return OnePass(held, self.required, self.must_change, self.firsts, first, given, self.source, note)

    def held(self, inputs: Inputs) -> dict[str, object]:
        """What each injected name holds."""
        held = {}
        for key, code in self.inject:
            try:
                held[key] = eval(code, _given(inputs))
            except Exception as error:
                raise UngradableError(f"`submission.script.inject`: `{key}` fails: {described(error)}") from None
        return held


def _given(inputs: Inputs) -> dict[str, object]:
    """Fresh arrays and sizes, as the contract names them."""
    arrays = {name: array.copy() for name, array in inputs.arrays.items()}
    return {**arrays, **inputs.sizes, "np": np}


def rewrite(tree: ast.Module, contract: Contract, source: Source) -> Script:
    """
    Rewrite a script's tree.

    Parameters
    ----------
    tree : Module
        Changed in place; its nodes are kept where they stay.
    contract : Contract
        With a script.
    source : Source

    Returns
    -------
    Script

    Raises
    ------
    UngradableError
        If the contract's function or loop isn't there, or its code isn't Python.
    """
    assert contract.script is not None
    return _Rewriting(tree, contract, contract.script, source).script()


class _Rewriting:
    """One script being rewritten."""

    def __init__(self, tree: ast.Module, contract: Contract, script: ScriptContract, source: Source) -> None:
        self.tree, self.contract, self.contract_script, self.source = tree, contract, script, source
        self.keys = {key: self.key(key) for key in script.inject}
        self.code = {
            key: compile(text.strip(), CONTRACT_FILE.format(f"inject {key}"), "eval")
            for key, text in script.inject.items()
        }
        self.parameters = {
            key: self.keys[key] for key in script.inject if set(self.code[key].co_names) & set(contract.gradients)
        }
        expressions = [*contract.gradients.values(), contract.output, contract.loss]
        self.firsts = {call[0]: self.key(call[0]) for call in literal_calls(expressions, "first") if call}
        self.afters = {call[0]: _parsed(call[0]) for call in literal_calls(expressions, "after") if call}
        self.before_tree = ast.parse(script.before)
        self.function = self.find_function(script.function) if script.function else None
        self.body = self.function.body if self.function else tree.body
        self.loop = self.find_loop()

    def script(self) -> Script:
        """Rewrite, and say what the run needs."""
        bound = {steps[0] for steps in assigned(self.body)}
        if self.function is not None:
            arguments = self.function.args
            every = [
                *arguments.posonlyargs,
                *arguments.args,
                *arguments.kwonlyargs,
                arguments.vararg,
                arguments.kwarg,
            ]
            bound |= {argument.arg for argument in every if argument is not None}
        self.check_used()
        outside = [key for key, steps in self.keys.items() if len(steps) == 1 and steps[0] not in bound]
        module_keys = tuple(outside) if self.function is not None else ()
        self.injected = [key for key in self.keys if key not in module_keys]
        loop_targets = assigned(self.loop.body if self.loop else self.body)
        direct = [
            key for key, steps in self.parameters.items() if any(touches(one, steps) for one in loop_targets)
        ]
        script = Script(
            source=self.source,
            inject=tuple(self.code.items()),
            required=tuple(direct or (self.parameters if self.loop else ())),
            must_change=self.loop is None and self.reads_parameters(),
            firsts=tuple(self.firsts),
            module_keys=module_keys,
            repeats=self.repeats(),
        )
        if self.function is None:
            self.tree.body = self.rewritten(self.tree.body)
        else:
            self.rewrite_function(self.function)
        return script

    def repeats(self) -> bool:
        """Whether injecting anew is all that a second pass needs to be like the first."""
        injected = {name for code in self.code.values() for name in code.co_names}
        alone = self.function is None and not self.contract_script.before.strip()
        return self.loop is not None and alone and injected >= set(self.contract.gradients)

    def reads_parameters(self) -> bool:
        """Whether the contract reads some injected parameter after the pass."""
        read = [steps for text in self.afters if (steps := parse_chain(text)) is not None]
        return any(touches(steps, key) for steps in read for key in self.parameters.values())

    def check_used(self) -> None:
        """Refuse to inject an array under a name that the file doesn't have: nothing would read it."""
        names = used_names(self.tree) | used_names(self.before_tree)
        for key, steps in self.keys.items():
            if steps[0] not in names and set(self.code[key].co_names) & set(ARRAYS):
                near = difflib.get_close_matches(steps[0].lower(), {name.lower(): name for name in names}, n=1)
                meant = [name for name in sorted(names) if near and name.lower() == near[0]]
                hint = f": did you mean `{meant[0]}`?" if meant else ""
                place = place_of("submission.script.inject", self.contract.lines, key)
                raise UngradableError(
                    f"{place} has `{key}`, but {self.source.where(None)} has no `{steps[0]}`{hint}"
                )

    def key(self, text: str) -> Chain:
        """Split a name of the contract's."""
        steps = parse_chain(text)
        assert steps is not None, text  # the configuration's reader takes no other
        return steps

    def place(self, key: str) -> str:
        return place_of(f"submission.script.{key}", self.contract.lines)

    def find_function(self, name: str) -> ast.FunctionDef:
        """Find the function or method that has the loop."""
        nodes: Sequence[ast.AST] = [self.tree]
        for part in name.split("."):
            children = [child for node in nodes for child in scope_children(node)]
            nodes = [child for child in children if getattr(child, "name", None) == part]
        found = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        if found:
            return found[-1]
        names = [node.name for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        near = difflib.get_close_matches(name.rpartition(".")[2], names, n=3, cutoff=0.4) or names[:12]
        has = f"it has {', '.join(near)}" if near else "it defines no function"
        raise UngradableError(f"{self.place('function')}: the file has no function `{name}`: {has}")

    def find_loop(self) -> Loop | None:
        """Find the loop that the contract means; None if the script runs to its end."""
        parameters = list(self.parameters.values() or self.keys.values())
        loops = training_loops(self.body, parameters, list(self.firsts.values()), self.tree)
        wanted = self.contract_script.loop
        if wanted <= len(loops):
            return loops[wanted - 1]
        if wanted == 1:
            return None
        places = ", ".join(self.source.where(loop.lineno) for loop in loops) or "none"
        raise UngradableError(
            f"{self.place('loop')} is {wanted}, but the loops that assign to a parameter are {places}"
        )

    def rewrite_function(self, function: ast.FunctionDef) -> None:
        """Rewrite the body of a function; the end of the pass is its return."""
        scopes = [node for node in scope_walk(function.body) if isinstance(node, ast.Global | ast.Nonlocal)]
        body = [Undeclared().visit(statement) for statement in function.body]
        start = [body.pop(0)] if ast.get_docstring(function) is not None else []
        start += scopes  # declared before the names are injected
        over = ast.ExceptHandler(self.call("Over").func, None, [ast.Return(None)])
        inner = [*self.injections(), *self.rewritten(body)]
        function.body = [*start, ast.Try(inner, [over], [], [])]

    def rewritten(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the scope's body."""
        if self.loop is None:
            return self.straight(body)
        return [*self.block(body), ast.Expr(self.call("end"))]

    def straight(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Rewrite a list of statements that is itself the pass, from where it no longer sets injected names."""
        keys, parameters = list(self.keys.values()), list(self.parameters.values())
        start = straight_pass(statements, keys, parameters)
        inside = statements[start - 1] if start else None
        if isinstance(inside, ast.If | ast.With | ast.Try) and sets_anew(inside, keys, parameters):
            # such as the main guard: what it sets and what it does with it are both in it
            begun = [new for statement in statements[: start - 1] for new in self.tolerated(statement)]
            inside.body = self.straight(inside.body)
            return [*begun, inside]
        begun = [new for statement in statements[:start] for new in self.tolerated(statement)]
        return [*begun, *self.injections(), *self.before(), self.attempt(statements[start:], "close")]

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Rewrite a list of statements that the loop is in, or behind."""
        rewritten: list[ast.stmt] = []
        for index, statement in enumerate(statements):
            if statement is self.loop:
                start = [*self.injections(), *self.before()]
                return [*rewritten, *start, self.one_pass(self.loop), *statements[index + 1 :]]
            if self.loop is not None and any(node is self.loop for node in ast.walk(statement)):
                for inner in [statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
                    for name in _BLOCKS:
                        if getattr(inner, name, None):
                            setattr(inner, name, self.block(getattr(inner, name)))
                rewritten.append(statement)
            else:
                rewritten += self.tolerated(statement)
        return rewritten

    def tolerated(self, statement: ast.stmt) -> list[ast.stmt]:
        """Let a statement before the loop fail, and keep what it would change of the injected names."""
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            return [statement]
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return [statement]  # a docstring, which alone may stand before `from __future__`
        line = statement.lineno
        kept = Holding(list(self.keys.values())).visit(statement)
        if kept is None:
            return []
        skipped = ast.Expr(self.call("skipped", ast.Constant(line), _name(_ERROR)))
        caught = ast.Tuple([_name("Exception"), _name("SystemExit")], ast.Load())
        handler = ast.ExceptHandler(caught, _ERROR, [skipped])
        attempt = ast.copy_location(ast.Try([kept], [handler], [], []), statement)
        return [attempt, *self.injections()]

    def injections(self) -> list[ast.stmt]:
        """Statements that give the injected names their values; one whose object isn't there yet waits."""
        statements: list[ast.stmt] = []
        for key in self.injected:
            target = _parsed(key)
            target.ctx = ast.Store()  # type: ignore[attr-defined]
            assign = ast.Assign([target], self.call("held", ast.Constant(key)))
            statements.append(assign if isinstance(target, ast.Name) else self.guarded(assign))
        return statements

    def before(self) -> list[ast.stmt]:
        """Parse the contract's `before`; arrays that the script has no name for are the contract's."""
        if not self.before_tree.body:
            return []
        known = used_names(self.tree)
        known |= {steps[0] for steps in self.keys.values()}
        body = [Given(set(GIVEN) - known).visit(statement) for statement in self.before_tree.body]
        return [self.guarded(*body, otherwise=ast.Expr(self.call("misused", _name(_ERROR))))]

    def one_pass(self, loop: Loop) -> ast.stmt:
        """Make the loop's body report, and end after it."""
        again = ast.If(ast.Attribute(_name(NAME), "again", ast.Load()), [ast.Pass(), *self.injections()], [])
        attempt = self.attempt(loop.body, "end", own_targets(loop))
        loop.body = [ast.copy_location(again, loop), ast.copy_location(attempt, loop)]
        loop.orelse = []
        return loop

    def attempt(self, body: list[ast.stmt], end: str, bound: list[Chain] | None = None) -> ast.stmt:
        """Make statements the pass: what they assign and how they end is reported, whatever the end."""
        seen = [
            self.guarded(ast.Expr(self.call("seen", ast.Constant(key), _parsed(key)))) for key in self.parameters
        ]
        failed = ast.Expr(self.call("failed", _name(_ERROR)))
        handler = ast.ExceptHandler(_name("BaseException"), _ERROR, [*seen, failed])
        entered = [ast.Expr(self.call("begin")), *self.recordings(bound or [])]
        closing = [*(seen if end == "close" else []), *self.closing(end)]
        return ast.Try([*entered, *self.recorded(body)], [handler], [], closing)

    def recorded(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Report the first assignments of the names that the contract asks for."""
        rewritten: list[ast.stmt] = []
        for statement in statements:
            rewritten.append(statement)
            for inner in [statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    continue
                for name in _BLOCKS:
                    if getattr(inner, name, None):
                        setattr(inner, name, self.recorded(getattr(inner, name)))
            if isinstance(statement, ast.For | ast.With):
                statement.body = [*self.recordings(own_targets(statement)), *statement.body]
            elif not hasattr(statement, "body"):
                rewritten += self.recordings(assigned([statement]))
        return rewritten

    def recordings(self, targets: list[Chain]) -> list[ast.stmt]:
        """Reports of the names that an assignment may have set."""
        return [
            self.guarded(ast.Expr(self.call("first", ast.Constant(name), _parsed(name))))
            for name, steps in self.firsts.items()
            if any(within(steps, target) for target in targets)
        ]

    def closing(self, end: str) -> list[ast.stmt]:
        """What is read at the end of the pass, and the end."""
        statements = [
            self.guarded(
                ast.Expr(self.call("after", ast.Constant(text), _parsed(text))),
                otherwise=ast.Expr(self.call("lose", ast.Constant(text), _name(_ERROR))),
            )
            for text in self.afters
        ]
        return [*statements, ast.Expr(self.call(end))]

    def guarded(self, *body: ast.stmt, otherwise: ast.stmt | None = None) -> ast.stmt:
        """Statements of which a failure is harmless, or goes elsewhere."""
        handler = ast.ExceptHandler(_name("Exception"), _ERROR, [otherwise or ast.Pass()])
        return ast.Try(list(body), [handler], [], [])

    def call(self, method: str, *arguments: ast.expr) -> ast.Call:
        return ast.Call(ast.Attribute(_name(NAME), method, ast.Load()), list(arguments), [])


def used_names(tree: ast.Module) -> set[str]:
    """Every name that a file reads, binds or imports, in whatever scope."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return names | {bound_name(alias) for node in imports for alias in node.names}


def place_of(key: str, lines: Mapping[str, int], name: str = "") -> str:
    """Name a key of the contract and its line in the configuration."""
    line = lines.get(f"{key}.{name}" if name else key, lines.get(key))
    return f"`{key}`" if line is None else f"`{key}` (line {line} of the configuration)"


def scope_children(node: ast.AST) -> list[ast.AST]:
    """Functions and classes that a node has in its own scope, those under `if` and `try` included."""
    return [
        child
        for child in scope_walk(ast.iter_child_nodes(node))
        if isinstance(child, ast.FunctionDef | ast.ClassDef)
    ]


def _parsed(text: str) -> ast.expr:
    return ast.parse(text.strip(), mode="eval").body


def _name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())
