"""What names, attributes and items say by themselves; and what they are called for the other layer."""

from __future__ import annotations

import ast
import re

import numpy as np

NOT_VALUES = ("T", "shape", "size", "ndim", "dtype")
_NUMBERED = re.compile(r"\b[^\W\d]\w*[12]\w*|(?<=[\"'])\w*[12]\w*(?=[\"'])")
_NUMPY = frozenset(dir(np))
_OTHER_LAYER = str.maketrans("12", "21")


def is_named(node: ast.expr) -> bool:
    """Whether an attribute or item is that of a name, and not of an expression."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def twin(source: str) -> str:
    """Write a text for the other layer: 1 for 2 in its names and keys, and 2 for 1; `log1p` is no layer's."""
    return _NUMBERED.sub(lambda name: name[0] if name[0] in _NUMPY else name[0].translate(_OTHER_LAYER), source)
