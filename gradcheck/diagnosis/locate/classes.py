"""The classes of a program, what stands for an object in their methods, and whose objects are whose, too."""

from __future__ import annotations

import ast
from functools import cached_property

from gradcheck.diagnosis.locate.tree import Tree
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk


class Classes:
    """
    The classes of a program.

    Parameters
    ----------
    tree : Tree
    """

    def __init__(self, tree: Tree) -> None:
        self._classes = tuple(node for node in tree.nodes if isinstance(node, ast.ClassDef))

    @cached_property
    def methods(self) -> tuple[list[ast.FunctionDef], ...]:
        """The functions of every class."""
        return tuple([one for one in node.body if isinstance(one, ast.FunctionDef)] for node in self._classes)

    @cached_property
    def selves(self) -> dict[int, str]:
        """What stands for the object in the methods of each class, by its nodes: it is another one in the next."""
        found: dict[int, str] = {}
        for owner, method in self._owned:
            own = method.args.args[0].arg
            for part in walk(method):
                if own in (getattr(part, "id", None), getattr(part, "arg", None)):
                    found[id(part)] = _self_of(own, owner.name)
        return found

    @cached_property
    def inherited(self) -> dict[str, list[str]]:
        """The objects of a class are those of the classes that it is made from, too."""
        bases = {owner.name: [last_name(base) for base in owner.bases] for owner in self._classes}
        found: dict[str, list[str]] = {}
        for owner, method in self._owned:
            above = list(bases[owner.name])
            for name in above:  # which grows
                above += [one for one in bases.get(name, ()) if one not in above]
            own = method.args.args[0].arg
            found[_self_of(own, owner.name)] = [_self_of(own, name) for name in above]
        return found

    @cached_property
    def _owned(self) -> tuple[tuple[ast.ClassDef, ast.FunctionDef], ...]:
        """The methods that are handed their object, with their class."""
        return tuple(
            (owner, method)
            for owner, methods in zip(self._classes, self.methods, strict=True)
            for method in methods
            if method.args.args and not any(last_name(one) == "staticmethod" for one in method.decorator_list)
        )


def _self_of(name: str, owner: str) -> str:
    return f"{name} of {owner}"
