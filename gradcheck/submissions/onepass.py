"""The state of one pass of a training loop: what the rewritten script calls while it runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import CrashedError, Unset, described, failed_before, failure
from gradcheck.submissions.localvalues import copied
from gradcheck.submissions.reading import Source
from gradcheck.submissions.targets import assigned

NAME = "_pass_"


class PassOverError(BaseException):
    """The pass is over: nothing behind it is run. No handler of the submission's own means it."""


class OnePass:
    """
    One run of a script up to and through one pass.

    Parameters
    ----------
    held : mapping of str to object
        Injected name to its value.
    required : tuple of str
        Injected parameters that must have changed before a failure is taken for the end of the pass.
    must_change : bool
        Whether a pass that changes none of the parameters is taken for none.
    wanted : tuple of str
        Where nothing is required: names that must have been assigned before.
    warm : mapping of str to object
        Values that some injected names hold in a pass before the one that counts; empty where there is none.
    given : mapping
        The contract's arrays and sizes, for `before`.
    source : Source
    note : callable (str) -> None
    """

    Over = PassOverError

    def __init__(
        self,
        held: Mapping[str, Any],
        required: tuple[str, ...],
        must_change: bool,
        wanted: tuple[str, ...],
        warm: Mapping[str, Any],
        given: Mapping[str, Any],
        source: Source,
        note: Callable[[str], None],
    ) -> None:
        self.values = dict(held) | dict(warm)
        self.pristine = {key: copied(value) for key, value in self.values.items()}
        self.later = {key: copied(held[key]) for key in warm}
        self.again = False
        self.required, self.must_change, self.wanted = required, must_change, wanted
        self.given, self.source, self.note = given, source, note
        self.began = self.over = False
        self.firsts: dict[str, Any] = {}
        self.afters: dict[str, Any] = {}
        self.lost: dict[str, str] = {}
        self.changed: set[str] = set()
        self.error: BaseException | None = None
        self.unmet = ""
        self.unset = Unset()  # what loading left out around a function that has the loop
        self.noted: set[int] = set()

    def held(self, key: str) -> Any:
        """Value of an injected name: always the same object, its contents put back where they were changed."""
        value, pristine = self.values[key], self.pristine[key]
        if not _same(value, pristine):
            self.values[key] = _restored(value, pristine)
        return self.values[key]

    def skipped(self, line: int, error: BaseException) -> None:
        """A statement before the loop failed."""
        if line not in self.noted:
            self.note(f"{self.source.where(line)} skipped: {described(error)}")
        self.noted.add(line)

    def begin(self) -> None:
        """Start the pass; a second one is never started."""
        if self.over:
            raise PassOverError
        self.began = True

    def first(self, name: str, value: Any) -> None:
        """A name was assigned."""
        if name not in self.firsts:
            self.firsts[name] = copied(value)

    def after(self, expression: str, value: Any) -> None:
        """An expression's value at the end of the pass."""
        if self.began and not self.over:
            self.afters[expression] = copied(value)

    def lose(self, expression: str, error: BaseException) -> None:
        """An expression failed at the end of the pass."""
        if self.began and not self.over:
            self.lost[expression] = described(error)

    def seen(self, key: str, value: Any) -> None:
        """Value of an injected parameter when the pass failed; another array is an update even if it is equal."""
        try:
            kept = value is self.values[key] and _is_comparable(value) and _same(value, self.pristine[key])
            if not kept:
                self.changed.add(key)
        except Exception:
            self.changed.add(key)

    def failed(self, error: BaseException) -> None:
        """The pass failed: after the update that only ends it."""
        if self.over or isinstance(error, PassOverError | GeneratorExit):
            return
        done = set(self.required) <= self.changed if self.required else set(self.wanted) <= set(self.firsts)
        if (self.required or self.wanted) and done and not isinstance(error, MemoryError):
            line = next((line for file, line in _lines(error) if file == self.source.path), None)
            self.note(f"{self.source.where(line)} ended the pass after the update: {described(error)}")
        else:
            self.error = error

    def misused(self, error: BaseException) -> None:
        """The contract's `before` failed."""
        self.unmet = described(error)
        self.over = True
        raise PassOverError

    def end(self) -> None:
        """End the pass, and the script with it; after one that only warms up, the loop goes on."""
        if not self.later:
            self.over = True
            raise PassOverError
        self.pristine |= self.later
        self.later, self.again = {}, True
        self.began, self.error = False, None
        for seen in (self.firsts, self.afters, self.lost, self.changed):
            seen.clear()

    def close(self) -> None:
        """End the pass where the script ends."""
        self.over = True

    def check(self) -> None:
        """
        Raise what kept the pass from being done.

        Raises
        ------
        CrashedError
            If the submission failed before the update.
        UngradableError
            If the contract's `before` failed, or nothing that was run changes a parameter.
        """
        if isinstance(self.error, MemoryError):
            raise self.error
        if self.error is not None:
            raise self.crash(self.error)
        if self.unmet:
            raise UngradableError(f"`submission.script.before` fails: {self.unmet}")
        if self.must_change and self.over and not self.changed:
            raise UngradableError(
                f"`submission.script`: no loop of {self.source.where(None)} assigns to an injected parameter, and"
                " what was run in its place changes none: is the loop in a function (`function`), or are these"
                " other names than the program's (`inject`)?"
            )

    def crash(self, error: BaseException) -> CrashedError | UngradableError:
        """Describe a failure of the script's, and of what went before it."""
        statements = [node for node in ast.walk(ast.parse(self.source.text)) if isinstance(node, ast.stmt)]
        failed = [node for node in statements if node.lineno in self.noted]
        names = {
            steps[0]: failed_before(self.source, node.lineno) for node in failed for steps in assigned([node])
        }
        return failure(error, self.source, replace(self.unset, names=names | self.unset.names))

    def set_globals(self, module: ModuleType, keys: tuple[str, ...]) -> None:
        """Set the injected names that a function reads from its module."""
        for key in keys:
            setattr(module, key, self.held(key))

    def read_first(self, name: str) -> Any:
        """What a name was first assigned in the pass; the contract's `first`."""
        return self._read(name, self.firsts, "was not assigned in the pass")

    def read_after(self, expression: str) -> Any:
        """Value of an expression at the end of the pass; the contract's `after`."""
        return self._read(expression, self.afters, f"failed: {self.lost.get(expression, '')}")

    def _read(self, name: str, found: Mapping[str, Any], otherwise: str) -> Any:
        if name in found:
            return found[name]
        if not self.began:
            raise LookupError("the training loop was never reached")
        raise LookupError(f"`{name}` {otherwise}")


def _lines(error: BaseException) -> list[tuple[str, int]]:
    lines, traceback = [], error.__traceback__
    while traceback is not None:
        lines.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return lines[::-1]


def _same(one: Any, other: Any) -> bool:
    """Whether two values, or nests of them, are equal."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one is other or not isinstance(one, int | float | str) or one == other


def _is_comparable(value: Any) -> bool:
    """Whether a value is made of arrays, numbers and words alone, so that a change of any shows."""
    if isinstance(value, dict):
        return all(map(_is_comparable, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_comparable, value))
    return isinstance(value, np.ndarray | np.generic | int | float | str)


def _restored(value: Any, pristine: Any) -> Any:
    """Put a changed value's contents back; the object stays the same where it can."""
    fresh = copied(pristine)
    if isinstance(value, np.ndarray) and value.shape == fresh.shape:
        value[...] = fresh
    elif isinstance(value, list):
        value[:] = fresh
    elif isinstance(value, dict):
        value.clear()
        value.update(fresh)
    else:
        return fresh
    return value
