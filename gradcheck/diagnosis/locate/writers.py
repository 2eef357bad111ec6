"""
Which statements write what the contract looks at: told by names alone, where no value tells a place.

A contract names what it looks at by keys, attributes and variables (`net.dW1`, `grads['dW1']`, `local('backward',
'd_w1')`), or by a place among what is returned.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.program import NOT_VALUES, Program, targets
from gradcheck.network.forward import printed


def writers(program: Program, contract: Contract, parameters: Iterable[str]) -> list[ast.stmt]:
    """
    Find the statements that write what the contract takes some gradients from.

    Parameters
    ----------
    program : Program
    contract : Contract
    parameters : iterable of str
        `w1 b1 w2 b2`.

    Returns
    -------
    list of ast.stmt
        The last of the text first.
    """
    found: set[ast.stmt] = set()
    for name in parameters:
        words, place = _looked_at(contract, printed(name))
        found |= {node for node in program.nodes if isinstance(node, ast.stmt) and words & _changed(node)}
        for value in _handed_out(program, words, place):
            statement = program.statement(value)
            around = ast.walk(program.scope(value))
            own = {_word(value)} if isinstance(value, ast.Name) else _summed(program, value)
            found |= {node for node in (*around, statement) if isinstance(node, ast.stmt) and own & _changed(node)}
            found |= {statement} if statement else set()
    return sorted(found, key=lambda statement: -statement.lineno)


def _summed(program: Program, value: ast.expr) -> set[str]:
    """Names in a value that its function adds up: what is only divided there is written before."""
    sums = (node for node in ast.walk(program.scope(value)) if isinstance(node, ast.AugAssign))
    return _words([value]) & {word for node in sums for word in _words([node.target])} - {"self"}


def _looked_at(contract: Contract, name: str) -> tuple[set[str], int | None]:
    """What a contract's expression tells a gradient by: keys and attributes, or names, or a place."""
    parts = list(ast.walk(ast.parse(contract.gradients[name].strip(), mode="eval")))
    telling = {word for part in parts if not isinstance(part, ast.Name) and (word := _word(part))}
    if telling:
        return telling, None
    names = {word for part in parts if (word := _word(part))} - {*contract.axes}
    index = [part.value for part in parts if isinstance(part, ast.Constant) and type(part.value) is int]
    given = [_words([target]) for statement in ast.parse(contract.run).body for target in targets(statement)]
    together = [place for place, own in enumerate(given) if own & names] if len(given) > 1 else []
    return names, next(iter((*together, *index)), None)


def _handed_out(program: Program, words: set[str], place: int | None) -> Iterator[ast.expr]:
    """Entries under one of some keys, and what is returned at a place."""
    for node in program.nodes:
        if isinstance(node, ast.Dict):
            yield from (
                value for key, value in zip(node.keys, node.values, strict=True) if key and _word(key) in words
            )
        elif isinstance(node, ast.keyword) and node.arg in words:
            yield node.value
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and place is not None:
            yield from node.value.elts[place : place + 1]


def _changed(statement: ast.stmt) -> set[str]:
    """Words of what a statement assigns to, or changes by a call of it or with it: `g.append(...)`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _words((statement.value.func, *statement.value.args[:1]))
    return _words(targets(statement))


def _words(nodes: Iterable[ast.expr]) -> set[str]:
    """Names, attributes and keys within expressions."""
    return {word for node in nodes for part in ast.walk(node) if (word := _word(part))}


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr not in NOT_VALUES else ""
    if isinstance(node, ast.Name):
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
