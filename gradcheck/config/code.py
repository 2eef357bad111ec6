"""The contract's own code, read before any submission is run: a slip in it is its author's."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.config.values import ARRAYS, Contract

HELPERS = {"local": 2, "first": 1, "after": 1}
"""What the expressions may call, and how many string arguments each takes."""
_USE = {"local": "local('function', 'name')", "first": "first('name')", "after": "after('expression')"}


GIVEN = (*ARRAYS, "n", "d", "h", "k", "np")
"""What the contract's code is given; none of it is the file's."""


@dataclass(frozen=True)
class Complaint:
    """A key whose code can't mean anything: what is wrong, its text, and the line in it where that is known."""

    key: str
    message: str
    text: str
    line: int | None = None


def complaints(contract: Contract) -> Iterator[Complaint]:
    """
    Find the keys of a contract whose code is no Python, or calls a helper as it can't be called.

    Parameters
    ----------
    contract : Contract

    Yields
    ------
    Complaint
    """
    script = contract.script
    for key, text in {"run": contract.run, "script.before": script.before if script else ""}.items():
        yield from _unparsed(f"submission.{key}", text, "exec")
    expressions = {f"gradients.{name}": text for name, text in contract.gradients.items()}
    expressions |= {"output": contract.output, "loss": contract.loss}
    for key, text in expressions.items():
        found = list(_unparsed(f"submission.{key}", text.strip(), "eval"))
        yield from found or _misused(f"submission.{key}", text, script is not None)
    for name, text in (script.inject if script else {}).items():
        key = f"submission.script.inject.{name}"
        yield from _unparsed(key, text.strip(), "eval")
        if not _is_target(name):
            yield Complaint(key, "is no name such as W1, net.W1 or params['W1']", name)


def asked(contract: Contract) -> frozenset[str]:
    """
    Names that a contract expects a submission to have.

    Parameters
    ----------
    contract : Contract
        As read: its code is Python.
    """
    script = contract.script
    texts = [contract.run, contract.output, contract.loss, *contract.gradients.values()]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text.strip()))]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {*GIVEN, *HELPERS, *dir(builtins), "submission"}
    names -= own
    of_file = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
    names |= {node.attr for node in of_file if isinstance(node.value, ast.Name) and node.value.id == "submission"}
    if script is not None:
        roots = [ast.parse(name.strip(), mode="eval").body for name in script.inject]
        names |= {_root(node) for node in roots} | {script.function.partition(".")[0]}
    return frozenset(names - {""})


def _unparsed(key: str, text: str, mode: str) -> Iterator[Complaint]:
    """Say why a text isn't Python; an expression that may be absent is."""
    if mode == "eval" and not text and ".gradients." not in key:
        return
    try:
        compile(text, key, mode, ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        lines = text.splitlines()
        shown = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else text
        kind = "an expression" if mode == "eval" and lines else "Python"
        yield Complaint(key, f"is not {kind}: {error.msg}: `{shown}`", text, error.lineno)
    except ValueError as error:
        yield Complaint(key, f"is not Python: {error}", text)


def _misused(key: str, text: str, script: bool) -> Iterator[Complaint]:
    """Find calls of helpers with other arguments than strings, or where there is no pass of a loop to read."""
    for node in ast.walk(ast.parse(text.strip())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in HELPERS:
            continue
        name = node.func.id
        texts = [p.value for p in node.args if isinstance(p, ast.Constant) and isinstance(p.value, str)]
        if len(texts) != HELPERS[name] or len(texts) != len(node.args) or node.keywords:
            yield Complaint(key, f"has `{ast.unparse(node)}`, expected `{_USE[name]}`", text)
        elif name != "local" and not script:
            yield Complaint(key, f"has `{name}`, which reads a pass of a loop: add [submission.script]", text)
        elif name == "first" and not _is_target(texts[0]):
            yield Complaint(key, f"has `{ast.unparse(node)}`, expected a name such as W1 or params['W1']", text)
        elif name == "after":
            yield from _unparsed(key, texts[0].strip(), "eval")


def _is_target(text: str) -> bool:
    """Whether a text names something that can be assigned to."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return False
    return bool(_root(node))


def _root(node: ast.expr) -> str:
    """Name that an attribute or a subscript starts from; nothing where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
