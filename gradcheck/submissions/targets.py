"""What a statement assigns to, compared with names such as `W1`, `net.W1` and `params['W1']`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradcheck.submissions.trees import children, walk

Chain = tuple[str, ...]
ANY = "[*]"
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ENDS = (*SCOPES, ast.Name, ast.Constant)  # nothing more of the scope is in these


def chain(node: ast.expr) -> Chain | None:
    """
    Split a name into its steps: `net.W[0]` is ("net", ".W", "[0]").

    Returns
    -------
    tuple of str, or None
        None for what doesn't start from a name. A subscript that isn't constant is `ANY`.
    """
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Starred):
        return chain(node.value)
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return None
    base = chain(node.value)
    if base is None:
        return None
    if isinstance(node, ast.Attribute):
        return (*base, f".{node.attr}")
    constant = isinstance(node.slice, ast.Constant)
    return (*base, f"[{ast.unparse(node.slice)}]" if constant else ANY)


def root(node: ast.expr) -> str | None:
    """Name that a dotted, called or subscripted expression starts from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def last_name(node: ast.AST) -> str:
    """The name itself, or the attribute's; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parse_chain(text: str) -> Chain | None:
    """Split a name given as text."""
    try:
        return chain(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        return None


def within(target: Chain, key: Chain) -> bool:
    """Whether `target` is `key` or a part of it."""
    return target[: len(key)] == key


def touches(target: Chain, key: Chain) -> bool:
    """Whether assigning to `target` changes `key`: it is the same, a part of it or what it is a part of."""
    return within(target, key) or within(key, target)


def may_touch(target: Chain, key: Chain) -> bool:
    """As `touches`, where a computed subscript may be any."""
    return all(ANY in (one, other) or one == other for one, other in zip(target, key, strict=False))


def scope_walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk in order of the source, without entering functions and classes."""
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _ENDS):
            waiting += children(node)[::-1]


def mangle(tree: ast.AST, owner: str) -> None:
    """Write what is private to a class as Python calls it from outside: `__step` of `Net` is `_Net__step`."""
    for node in walk(tree):
        for kind in ("name", "attr", "id", "arg"):
            text = getattr(node, kind, None)
            if isinstance(text, str) and text.startswith("__") and not text.endswith("__"):
                setattr(node, kind, f"_{owner.lstrip('_')}{text}")


def own_targets(node: ast.AST) -> list[Chain]:
    """Chains that one node itself binds or changes; not those of the statements in it."""
    found: list[ast.expr | None] = []
    if isinstance(node, ast.Assign):
        found += node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor | ast.NamedExpr):
        found.append(node.target)
    elif isinstance(node, ast.With):
        found += [item.optional_vars for item in node.items]
    elif isinstance(node, ast.Import | ast.ImportFrom):
        return [(bound_name(alias),) for alias in node.names]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [(node.name,)]
    return [steps for target in found if target is not None for steps in _flat(target)]


def bound_name(alias: ast.alias) -> str:
    """Name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def _flat(target: ast.expr) -> Iterator[Chain]:
    if isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _flat(element)
    else:
        steps = chain(target)
        if steps is not None:
            yield steps


def assigned(nodes: Iterable[ast.AST]) -> list[Chain]:
    """Chains that some nodes and all in their scope bind or change."""
    binding = (node for node in scope_walk(nodes) if isinstance(node, ast.stmt | ast.NamedExpr))
    return [steps for node in binding for steps in own_targets(node)]
