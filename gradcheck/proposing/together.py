"""A call that hands out a loss and gradients together: its author says that they belong to each other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradcheck.config import ARRAYS, Contract
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.statements import targets
from gradcheck.network.forward import Network
from gradcheck.proposing.usage import called_in


def handed_out(program: Program, own: Iterable[tuple[int, Network]], contract: Contract) -> Iterator[Network]:
    """
    Find the losses that a function returns beside the gradients that a contract reads.

    Parameters
    ----------
    program : Program
    own : iterable of (int, Network)
        Expressions of the program whose value is a loss, and what they are the loss of.
    contract : Contract

    Yields
    ------
    Network
        None of what a loop computes, or what is printed on the way.
    """
    if contract.script is not None:
        return
    for number, network in own:
        node = program.nodes[number]
        function = program.scope(node)
        if not isinstance(function, ast.FunctionDef) or not _read_from(function.name, contract):
            continue
        if any(_returns(one, node, program) for one in ast.walk(function) if isinstance(one, ast.Return)):
            yield network


def _returns(statement: ast.Return, node: ast.AST, program: Program) -> bool:
    """Whether a statement returns an expression, or the name that is given its value, as one thing of several."""
    value = statement.value
    parts = value.values if isinstance(value, ast.Dict) else value.elts if isinstance(value, ast.Tuple) else []
    given = program.statement(node)
    names = {ast.unparse(one) for one in targets(given)} if given is not None else set()
    return len(parts) > 1 and any(part is node or ast.unparse(part) in names for part in parts)


def _read_from(function: str, contract: Contract) -> bool:
    """Whether every gradient is taken from what a function returns, and is no difference of parameters."""
    results = {
        ast.unparse(name)
        for statement in ast.walk(ast.parse(contract.run))
        if isinstance(statement, ast.Assign) and function in called_in(ast.unparse(statement.value))
        for target in targets(statement)
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    read = [
        {name.id for name in ast.walk(ast.parse(text.strip())) if isinstance(name, ast.Name)}
        for text in contract.gradients.values()
    ]
    return all(names & results and not names & {*ARRAYS} for names in read)
