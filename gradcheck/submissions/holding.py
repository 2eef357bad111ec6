"""Changes of a script's statements: what would change injected names is dropped, declarations are moved."""

from __future__ import annotations

import ast

from gradcheck.submissions.onepass import NAME
from gradcheck.submissions.targets import Chain, bound_name, own_targets, within


class Undeclared(ast.NodeTransformer):
    """Takes `global` and `nonlocal` out of a function's own body."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)


class Given(ast.NodeTransformer):
    """Reads the contract's arrays where the script has no such name."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names or not isinstance(node.ctx, ast.Load):
            return node
        given = ast.Attribute(ast.Name(NAME, ast.Load()), "given", ast.Load())
        return ast.Subscript(given, ast.Constant(node.id), ast.Load())


class Holding(ast.NodeTransformer):
    """Drops what would change an injected name: assignments, item assignments and imports."""

    def __init__(self, keys: list[Chain]) -> None:
        self.keys = keys

    def holds(self, target: ast.expr) -> bool:
        """Whether everything a target assigns to is injected, or part of what is."""
        targets = own_targets(ast.Assign([target], target))
        return bool(targets) and all(any(within(one, key) for key in self.keys) for one in targets)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        return None if (node.name,) in self.keys else node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        node.targets = [target for target in node.targets if not self.holds(target)]
        return node if node.targets else None

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | None:
        return None if self.holds(node.target) else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return None if self.holds(node.target) else node

    def visit_Delete(self, node: ast.Delete) -> ast.AST | None:
        node.targets = [target for target in node.targets if not self.holds(target)]
        return node if node.targets else None

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        node.names = [alias for alias in node.names if (bound_name(alias),) not in self.keys]
        return node if node.names else None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if (bound_name(alias),) not in self.keys]
        return node if node.names else None

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Leave no block empty."""
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list) and not body and not isinstance(node, ast.Module):
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node
