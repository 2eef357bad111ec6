"""What is used of a file: the names that a contract or other code reads of it, and those that a contract sets."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable
from functools import lru_cache

from gradcheck.config import Contract
from gradcheck.config.code import GIVEN
from gradcheck.submissions.targets import own_targets
from gradcheck.submissions.trees import walk


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


@lru_cache(maxsize=1 << 10)  # the same in every run of an assignment
def _names_in(text: str) -> frozenset[str]:
    """Names in code, those in the code that it holds as text included; a single word is no code."""
    try:
        tree = ast.parse(text.strip())
    except SyntaxError:
        return frozenset(re.findall(r"[^\W\d]\w*", text))
    held = [
        node.value
        for node in walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isidentifier()
    ]
    return identifiers([tree]) | {word for one in held for word in re.findall(r"[^\W\d]\w*", one)}


@lru_cache(maxsize=1 << 10)
def _given_in(text: str) -> frozenset[str]:
    """Names of the file that code sets: `submission.W1, submission.b1 = W1, b1`."""
    try:
        tree = ast.parse(textwrap.dedent(text).strip())
    except SyntaxError:
        return frozenset()
    targets = [
        steps for node in walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign) for steps in own_targets(node)
    ]
    return frozenset(
        steps[1][1:] for steps in targets if len(steps) == 2 and steps[0] == "submission" and steps[1][0] == "."
    )
