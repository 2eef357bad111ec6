"""
Stand-ins for libraries that a check doesn't need: plots that draw nothing, libraries that aren't installed.

A stand-in takes part in anything and does nothing. It never reaches a gradient unnoticed, because numpy can't
make a number of it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

PLOTTING = frozenset(
    [
        "matplotlib",
        "mpl_toolkits",
        "pylab",
        "seaborn",
        "plotly",
        "bokeh",
        "altair",
        "pyqtgraph",
        "turtle",
        "tkinter",
        "Tkinter",
        "graphviz",
        "pygame",
        "IPython",
        "ipywidgets",
        "wandb",
        "visdom",
    ]
)
_STARRED = (
    "figure plot show title suptitle xlabel ylabel xlim ylim legend subplot subplots imshow scatter savefig "
    "hist bar axis grid pause draw close clf cla contour contourf colorbar semilogy errorbar fill_between text "
    "annotate ion ioff gca gcf tight_layout axhline axvline"
)
_OPERATORS = "add sub mul matmul truediv floordiv mod pow and or xor lshift rshift"


class StandIn(ModuleType):
    """An object that can be called, entered, indexed, unpacked, computed with and subclassed, to no effect."""

    def __init__(self, name: str, members: dict[str, Any] | None = None) -> None:
        super().__init__(name)
        self.__dict__.update(members or {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        """Give back a function or class that is decorated; anything else comes to a stand-in."""
        if len(arguments) == 1 and isinstance(arguments[0], FunctionType | type):
            return arguments[0]
        return StandIn(f"{self.__name__}()")

    def __iter__(self) -> Iterator[Any]:
        return iter([StandIn(self.__name__) for _ in range(_unpacked_into(sys._getframe(1)))])

    def __getitem__(self, _: Any) -> StandIn:
        return StandIn(f"{self.__name__}[]")

    def __setitem__(self, *_: Any) -> None: ...

    def __delitem__(self, _: Any) -> None: ...

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __array__(self, *_: Any, **__: Any) -> Any:
        top = self.__name__.partition(".")[0]
        raise TypeError(f"{self.__name__} has no numbers: {top} was replaced by an inert stand-in")

    def __neg__(self) -> StandIn:
        return self

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[Any, ...]:
        return ()

    def __repr__(self) -> str:
        return f"<stand-in for {self.__name__}>"


def _compute(self: StandIn, _: Any) -> StandIn:
    return self


for _operator in _OPERATORS.split():
    for _prefix in ("", "r", "i"):
        setattr(StandIn, f"__{_prefix}{_operator}__", _compute)


def _unpacked_into(frame: Any) -> int:
    """How many names the running instruction unpacks into; 0 where it isn't an unpacking."""
    code, at = frame.f_code.co_code, frame.f_lasti
    if code[at] in (dis.opmap["UNPACK_SEQUENCE"], dis.opmap["UNPACK_EX"]):  # the latter: `a, *b = ...`
        return int(code[at + 1])
    return 0


def stand_in(name: str) -> StandIn:
    """
    Make the stand-in for a library.

    Parameters
    ----------
    name : str
        Dotted, as imported: `matplotlib.pyplot`.

    Returns
    -------
    StandIn
        With the few members that a submission can't do without: `scipy.special.expit`, tqdm's iteration,
        pylab's numpy, sklearn's shuffling, which leaves all as it is.
    """
    top = name.partition(".")[0]
    if top == "scipy":
        special = StandIn("scipy.special", {"expit": expit})
        return special if name == "scipy.special" else StandIn(name, {"special": special})
    if top == "sklearn":
        utils = StandIn("sklearn.utils", {"shuffle": _shuffled})
        return utils if name == "sklearn.utils" else StandIn(name, {"utils": utils, "__all__": []})
    if top == "tqdm":
        members: dict[str, Any] = {"tqdm": Progress, "trange": _trange}
        inner = StandIn(name, members)
        return StandIn(name, members | {"notebook": inner, "auto": inner})
    if top in PLOTTING:
        numpys = {key: getattr(np, key) for key in np.__all__} if name.endswith("pylab") else {}
        drawn = {key: StandIn(f"{name}.{key}") for key in _STARRED.split()}
        members = numpys | drawn | {"np": np, "numpy": np} if numpys else drawn
        return StandIn(name, members | {"__all__": list(members)})
    return StandIn(name, {"__all__": []})


def expit(x: Any, **_: Any) -> Any:
    """Logistic function as scipy has it: without overflow, of any shape."""
    x = np.asarray(x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def _shuffled(*arrays: Any, **_: Any) -> Any:
    """Give arrays back in some order, here the one that they have."""
    return arrays[0] if len(arrays) == 1 else list(arrays)


class Progress:
    """A progress bar that only iterates."""

    def __init__(self, iterable: Any = (), *_: Any, **__: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _trange(*arguments: int, **_: Any) -> Progress:
    return Progress(range(*arguments))
