"""
Which statements write what the contract looks at: told by names alone, where no value tells a place.

A contract names what it looks at by keys, attributes and variables (`net.dW1`, `grads['dW1']`, `local('backward',
'd_w1')`), or by a place among what is returned.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.names import NOT_VALUES
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.network.forward import printed
from gradcheck.submissions.trees import walk


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
        found |= {node for node in program.nodes if isinstance(node, ast.stmt) and words & _words_changed(node)}
        for value in _handed_out(program, contract, words, place):
            statement = program.statement(value)
            around = walk(program.scope(value))
            own = {_word(value)} if isinstance(value, ast.Name) else _summed(program, value)
            found |= {
                node for node in (*around, statement) if isinstance(node, ast.stmt) and own & _words_changed(node)
            }
            found |= {statement} if statement else set()
    return sorted(found, key=lambda statement: -statement.lineno)


def _summed(program: Program, value: ast.expr) -> set[str]:
    """Names in a value that its function adds up: what is only divided there is written before."""
    sums = (node for node in walk(program.scope(value)) if isinstance(node, ast.AugAssign))
    return _words([value]) & {word for node in sums for word in _words([node.target])} - {"self"}


def _looked_at(contract: Contract, name: str) -> tuple[set[str], int | None]:
    """What a contract's expression tells a gradient by: keys and attributes, or names, or a place."""
    tree = ast.parse(contract.gradients[name].strip(), mode="eval")
    called = [part.func for part in walk(tree) if isinstance(part, ast.Call)]
    parts = [part for part in walk(tree) if not any(part is one for one in called)]
    locals_ = [part for part in walk(tree) if isinstance(part, ast.Call) and _word(part.func) == "local"]
    within = {id(part.args[0]) for part in locals_ if len(part.args) == 2}  # only says whose local it is
    telling = {
        word
        for part in parts
        if not isinstance(part, ast.Name) and id(part) not in within and (word := _word(part))
    }
    if telling:
        return telling, None
    names = {word for part in parts if (word := _word(part))} - {*contract.axes}
    index = [part.value for part in parts if isinstance(part, ast.Constant) and type(part.value) is int]
    for statement in ast.parse(contract.run).body:
        given = [_words([target]) for target in targets(statement)]
        index += [place for place, own in enumerate(given) if len(given) > 1 and own & names]
    return names, next(iter(index), None)


def _handed_out(program: Program, contract: Contract, words: set[str], place: int | None) -> Iterator[ast.expr]:
    """Entries under one of some keys, and what is returned at a place by what the contract runs."""
    run = {_word(node.func) for node in walk(ast.parse(contract.run)) if isinstance(node, ast.Call)}
    for node in program.nodes:
        if isinstance(node, ast.Dict):
            yield from (
                value for key, value in zip(node.keys, node.values, strict=True) if key and _word(key) in words
            )
        elif isinstance(node, ast.keyword) and node.arg in words:
            yield node.value
        elif isinstance(node, ast.Return) and getattr(program.scope(node), "name", "") in run:
            given = node.value.elts if isinstance(node.value, ast.Tuple) and place is not None else []
            yield from given[place : (place or 0) + 1]


def _words_changed(statement: ast.stmt) -> set[str]:
    """Words of what a statement assigns to, or changes by a call of it or with it: `g.append(...)`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        stem = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        first = [one for one in call.args[:1] if _word(call.func) != "print" and not isinstance(one, ast.Constant)]
        return _words([*stem, *first])
    return _words(targets(statement))


def _words(nodes: Iterable[ast.expr]) -> set[str]:
    """Names, attributes and keys within expressions."""
    return {word for node in nodes for part in walk(node) if (word := _word(part))}


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr not in NOT_VALUES else ""
    if isinstance(node, ast.Name):
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
