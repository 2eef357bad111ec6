"""What calls of numpy, of math and of Python itself only give a value, whatever they are handed."""

from __future__ import annotations

import ast
import re
from collections.abc import Container
from keyword import iskeyword

from gradcheck.submissions.undoing import CALLED, UFUNCS

_OF_TWO = (
    "all", "allclose", "amax", "amin", "any", "argmax", "argmin", "argsort", "array", "array_equal", "asarray",
    "atleast_1d", "atleast_2d", "column_stack", "concatenate", "copy", "cumsum", "diag", "dot", "empty",
    "empty_like", "expand_dims", "eye", "float64", "full", "full_like", "hstack", "identity", "inner", "isclose",
    "kron", "max", "mean", "min", "ndim", "ones", "ones_like", "outer", "prod", "ravel", "reshape", "shape",
    "size", "sort", "split", "squeeze", "stack", "std", "sum", "tile", "trace", "transpose", "unique", "var",
    "vdot", "vstack", "zeros", "zeros_like",
)  # fmt: skip
_OF_THREE = (
    "append", "arange", "clip", "linspace", "moveaxis", "repeat", "roll", "swapaxes", "tensordot", "where",
)  # fmt: skip
_OF_NUMPY = dict.fromkeys(_OF_TWO, 2) | dict.fromkeys(_OF_THREE, 3) | {"einsum": 9}
"""Functions, and how much they may be handed by place: beyond that it may say where to put what is computed."""
_OF_ONE = (
    "all", "any", "argmax", "argmin", "astype", "conj", "copy", "count", "cumsum", "diagonal", "dot", "flatten",
    "index", "item", "items", "join", "keys", "lower", "max", "mean", "min", "nonzero", "prod", "ravel", "round",
    "split", "squeeze", "startswith", "std", "strip", "sum", "tolist", "upper", "values", "var",
)  # fmt: skip
_OF_VALUES = dict.fromkeys(_OF_ONE, 1) | dict.fromkeys(("clip", "get", "repeat", "replace", "swapaxes"), 2)
_OF_VALUES |= dict.fromkeys(("reshape", "transpose"), 9)
"""The same of methods: of arrays, texts and containers."""
_BUILTINS = frozenset((
    "abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "int", "isinstance", "len", "list", "max",
    "min", "pow", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip",
))  # fmt: skip
_PLAIN_OPTIONS = frozenset(("default", "reverse", "start", "strict"))  # which are no functions
_LIBRARY = frozenset((*_OF_NUMPY, *_OF_VALUES, *UFUNCS, *_BUILTINS))
_NAMELESS = re.compile(r"[\])]\s*\(")


def calls_unknown(expression: str, known: Container[str]) -> bool:
    """Whether a candidate calls what isn't known: `tape[-1](g)`, which has no name, or `out.back()`."""
    names = {one[1] for one in CALLED.finditer(expression) if not iskeyword(one[1])}
    return _NAMELESS.search(expression) is not None or not all(one in known or one in _LIBRARY for one in names)


def calculates(call: ast.Call, module: str, name: str) -> bool:
    """Whether a call of a function of numpy, of math or of Python itself only gives a value."""
    if module != "numpy":
        return module == "math" or (
            name in _BUILTINS and _PLAIN_OPTIONS.issuperset(one.arg for one in call.keywords)
        )
    most = UFUNCS[name].nin if name in UFUNCS else _OF_NUMPY.get(name, -1)
    return len(call.args) <= most and not _puts_by_name(call)


def is_pure_method(call: ast.Call, name: str) -> bool:
    """Whether a call of a method only gives a value, if it is one of an array, a text or a container."""
    return len(call.args) <= _OF_VALUES.get(name, -1) and not _puts_by_name(call)


def _puts_by_name(call: ast.Call) -> bool:
    """Whether an option says where to put what is computed, or may."""
    return any(one.arg in (None, "out", "copy") for one in call.keywords)
