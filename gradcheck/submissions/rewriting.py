"""
Rewriting a script so that it runs up to and through one pass of its training loop.

The one tree that is compiled is changed: injected names keep their values until the loop begins, statements
before it may fail, the loop's body reports to a `OnePass` and ends there.
"""

from __future__ import annotations

import ast

from gradcheck.config.code import GIVEN
from gradcheck.submissions.holding import Given, Holding, Undeclared
from gradcheck.submissions.loops import Loop, sets_anew, straight_pass
from gradcheck.submissions.onepass import NAME
from gradcheck.submissions.planning import Plan, parsed, used_names
from gradcheck.submissions.targets import Chain, assigned, own_targets, scope_walk, within
from gradcheck.submissions.trees import walk

_ERROR = "_pass_error_"
_BLOCKS = ("body", "orelse", "finalbody")


class Rewriting:
    """
    One script being rewritten.

    Parameters
    ----------
    plan : Plan
        Its tree is changed in place; nodes are kept where they stay.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.loop = plan, plan.loop
        self.keys, self.parameters = list(plan.keys.values()), list(plan.parameters.values())

    def apply(self) -> None:
        """Change the tree."""
        if self.plan.function is None:
            self.plan.tree.body = self.rewritten(self.plan.tree.body)
        else:
            self.rewrite_function(self.plan.function)

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
        start = straight_pass(statements, self.keys, self.parameters)
        inside = statements[start - 1] if start else None
        if isinstance(inside, ast.If | ast.With | ast.Try) and sets_anew(inside, self.keys, self.parameters):
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
            if self.loop is not None and any(node is self.loop for node in walk(statement)):
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
        kept = Holding(self.keys).visit(statement)
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
        for key in self.plan.injected:
            target = parsed(key)
            target.ctx = ast.Store()  # type: ignore[attr-defined]
            assign = ast.Assign([target], self.call("held", ast.Constant(key)))
            statements.append(assign if isinstance(target, ast.Name) else self.guarded(assign))
        return statements

    def before(self) -> list[ast.stmt]:
        """Parse the contract's `before`; arrays that the script has no name for are the contract's."""
        if not self.plan.before.body:
            return []
        known = used_names(self.plan.tree)
        known |= {steps[0] for steps in self.keys}
        body = [Given(set(GIVEN) - known).visit(statement) for statement in self.plan.before.body]
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
            self.guarded(ast.Expr(self.call("seen", ast.Constant(key), parsed(key))))
            for key in self.plan.parameters
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
            self.guarded(ast.Expr(self.call("first", ast.Constant(name), parsed(name))))
            for name, steps in self.plan.firsts.items()
            if any(within(steps, target) for target in targets)
        ]

    def closing(self, end: str) -> list[ast.stmt]:
        """What is read at the end of the pass, and the end."""
        statements = [
            self.guarded(
                ast.Expr(self.call("after", ast.Constant(text), parsed(text))),
                otherwise=ast.Expr(self.call("lose", ast.Constant(text), _name(_ERROR))),
            )
            for text in self.plan.afters
        ]
        return [*statements, ast.Expr(self.call(end))]

    def guarded(self, *body: ast.stmt, otherwise: ast.stmt | None = None) -> ast.stmt:
        """Statements of which a failure is harmless, or goes elsewhere."""
        handler = ast.ExceptHandler(_name("Exception"), _ERROR, [otherwise or ast.Pass()])
        return ast.Try(list(body), [handler], [], [])

    def call(self, method: str, *arguments: ast.expr) -> ast.Call:
        return ast.Call(ast.Attribute(_name(NAME), method, ast.Load()), list(arguments), [])


def _name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())
