"""What `local('backward', 'd_weights1')` reads: a function's locals, as they were when it last returned."""

from __future__ import annotations

import ast
import copy
import difflib
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import FrameType
from typing import Any

import numpy as np

from gradcheck.submissions.trees import walk


@lru_cache(maxsize=64)  # of one contract there are only so many, and they are asked for at every run
def literal_calls(expressions: tuple[str, ...], function: str) -> frozenset[tuple[str, ...]]:
    """
    Find the calls of a helper in the contract's expressions.

    Parameters
    ----------
    expressions : tuple of str
    function : str
        Name of the helper: `local`, `first` or `after`.

    Returns
    -------
    frozenset of tuple of str
        The constant string arguments of each call.
    """
    found: set[tuple[str, ...]] = set()
    for expression in expressions:
        try:
            tree = ast.parse(expression.strip())
        except SyntaxError:
            continue
        for node in walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                found.add(tuple(str(part.value) for part in node.args if isinstance(part, ast.Constant)))
    return frozenset(found)


def copied(value: Any) -> Any:
    """Copy of a value that later changes can't reach."""
    if isinstance(value, np.ndarray):
        return value.copy()
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


class Locals:
    """
    Keeps the wanted locals of the submission's functions at each return.

    Parameters
    ----------
    wanted : collection of (str, str)
        Function, qualified or not, and local.
    folder : str
        Only functions of files in it are looked at.
    """

    def __init__(self, wanted: Collection[tuple[str, ...]], folder: str) -> None:
        self.folder = folder + os.sep
        self.wanted: dict[str, list[tuple[str, str]]] = {}
        for function, local in (pair for pair in wanted if len(pair) == 2):
            self.wanted.setdefault(function.rpartition(".")[2], []).append((function, local))
        self.values: dict[tuple[str, str], Any] = {}
        self.names: dict[str, set[str]] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at every return while the block runs; costs nothing if no local is wanted."""
        if not self.wanted:
            yield
            return
        before = sys.getprofile()
        sys.setprofile(self._profile)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "return" or code.co_name not in self.wanted or not code.co_filename.startswith(self.folder):
            return
        for function, local in self.wanted[code.co_name]:
            if code.co_qualname == function or code.co_qualname.endswith("." + function):
                values = frame.f_locals
                self.names.setdefault(function, set()).update(values)
                if local in values:
                    self.values[function, local] = copied(values[local])

    def __call__(self, function: str, local: str) -> Any:
        """Value that a local last had; what the contract's expressions call."""
        if (function, local) in self.values:
            return self.values[function, local]
        if function not in self.names:
            raise LookupError(f"no function `{function}` of the submission has returned")
        near = difflib.get_close_matches(local, self.names[function], n=3, cutoff=0.4) or sorted(
            self.names[function]
        )
        raise LookupError(f"`{function}` had no local `{local}`: it has {', '.join(near[:12])}")
