"""Seeing the values that an instrumented submission computes, and evaluating others where it stands."""

from __future__ import annotations

import ast
import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, reduce
from types import CodeType, FrameType
from typing import Any

import numpy as np

from gradcheck.network.forward import Array
from gradcheck.submissions.arrays import EVENTS_PER_NODE, as_arrays, results
from gradcheck.submissions.harmless import CALL, Calls
from gradcheck.submissions.interrupting import interrupted_after
from gradcheck.submissions.job import Evaluation, Event
from gradcheck.submissions.library import calls_unknown
from gradcheck.submissions.targets import mangle
from gradcheck.submissions.undoing import (
    State,
    closed_over,
    defined,
    goes_on,
    iterators,
    may_change,
    method_names,
    overloads,
    too_large,
)

EVALUATIONS_PER_NODE = 16
LARGEST_TOTAL = 4_000_000  # numbers, over all events
EVALUATION_SECONDS = 1.0  # of processor time, for all candidates of one run
_SHARE = 0.25  # of what is left of it, for one statement: the first ones must not take it all
_FAILURES = 3  # of a candidate, after which it isn't tried any more: a part that is guarded fails at times


class Recorder:
    """
    Collects the values of one run.

    Memory is bounded: of each expression the first values and the last are kept, and no more than
    `LARGEST_TOTAL` numbers altogether. So is the time that candidates take, `EVALUATION_SECONDS`.

    Parameters
    ----------
    evaluations : iterable of Evaluation
        Candidate expressions, by statement.
    calls : Calls, optional
        What the submission's text tells of its functions.
    """

    def __init__(self, evaluations: Iterable[Evaluation] = (), calls: Calls | None = None) -> None:
        self._calls = calls or Calls()
        self._expressions = {evaluation.node: evaluation.expressions for evaluation in evaluations}
        self._compiled: dict[int, list[tuple[int, CodeType]]] = {}
        self._evaluated: dict[int, int] = {}
        self._failures: Counter[tuple[int, int]] = Counter()
        self._counts: dict[int, int] = {}
        self._events: list[Event] = []
        self._last: dict[int, Event] = {}
        self._sequence = 0
        self._total = 0
        self._muted = False
        self._entered = False  # whether a candidate led into the submission's own code
        self._spent = 0.0

    def __call__(self, node: int, value: Any) -> Any:
        """Report the value of an expression, and give it back as it is."""
        if not self._muted:
            for array in as_arrays(value):
                self._keep(node, array)
        return value

    def look(self, node: int, text: str) -> None:
        """Report what goes by a name, or is its attribute, in the frame that asks; nothing if it isn't there."""
        if self._muted:
            return
        frame = sys._getframe(1)
        name, *attributes = text.split(".")
        names = frame.f_locals
        with contextlib.suppress(Exception):  # attributes may be of the submission's own making
            self(node, reduce(getattr, attributes, names[name] if name in names else frame.f_globals[name]))

    def _keep(self, node: int, array: Array) -> None:
        self._sequence += 1
        count = self._counts[node] = self._counts.get(node, 0) + 1
        event = Event(node=node, sequence=self._sequence, value=array)
        if count > EVENTS_PER_NODE:
            self._last[node] = event
        elif self._total < LARGEST_TOTAL:
            self._total += array.size
            self._events.append(event)

    def evaluate(self, node: int, _kept: Callable[[], object] | None = None) -> None:
        """Evaluate the candidates of a statement in the frame that is about to run it."""
        count = self._evaluated.get(node, 0)
        if self._muted or count == EVALUATIONS_PER_NODE or self._spent > EVALUATION_SECONDS:
            return
        self._evaluated[node] = count + 1
        started = time.process_time()
        frame = sys._getframe(1)
        if node not in self._compiled:
            self._compiled[node] = list(_compiled(self._expressions[node], _owner(frame.f_code)))
        # one flat namespace, so that comprehensions see the locals too; copies, so that nothing is done to them
        names = {**frame.f_globals, **{name: _copied(value) for name, value in frame.f_locals.items()}}
        names = {name: value for name, value in names.items() if not too_large(value)}
        own, running = defined(frame.f_globals), iterators(names)
        methods = (method_names(own) | self._calls.changing) - self._calls.harmless
        reached, module = [*names.values(), frame.f_globals], frame.f_globals.get("__name__")
        overloading = overloads(own)
        unseen = overloading and overloads(own, self._calls.harmless | {CALL})
        hidden = unseen or any(map(closed_over, frame.f_locals.values()))
        state = State(reached, module) if hidden else None
        enough = self._spent + _SHARE * (EVALUATION_SECONDS - self._spent)
        failed: set[int] = set()
        self._muted = True
        draws = any("rand" in self._expressions[node][index] for index, _ in self._compiled[node])
        drawn = (np.random.get_state(), random.getstate()) if draws else None
        late = TimeoutError("a candidate that never ends")  # what other statements have is evaluated all the same
        try:
            with (
                np.errstate(all="ignore"),
                self._following(frame.f_code.co_filename if hidden else None),
                interrupted_after(enough - self._spent, late, busy=True),
            ):
                for index, code in self._compiled[node]:
                    text = self._expressions[node][index]
                    if goes_on(text, running):
                        continue
                    changes = not methods.isdisjoint(code.co_names) or may_change(text)
                    changes = changes or (overloading and calls_unknown(text, self._calls.harmless))
                    if changes and state is None:
                        state = State(reached, module)
                    self._entered = False
                    if not self._try(node, index, code, {**names} if ":=" in text else names):
                        failed.add(index)
                    if state is not None and (changes or self._entered):
                        state.restore()
                    if self._spent + time.process_time() - started > enough:
                        break
        except TimeoutError:  # between two of them, or while what one changed was put back
            if state is not None:
                state.restore()
        finally:
            if drawn is not None:
                np.random.set_state(drawn[0])
                random.setstate(drawn[1])
            self._muted = False
            self._spent += time.process_time() - started
        self._failures.update((node, index) for index in failed)
        given_up = {index for index in failed if self._failures[node, index] == _FAILURES}
        if given_up:
            self._compiled[node] = [pair for pair in self._compiled[node] if pair[0] not in given_up]

    @contextlib.contextmanager
    def _following(self, path: str | None) -> Iterator[None]:
        """Notice calls of what a file defines, where an operator or a nested function leads there unnamed."""

        def notice(called: FrameType, event: str, _: object) -> None:
            self._entered = self._entered or (event == "call" and called.f_code.co_filename == path)

        before = sys.getprofile()
        if path is not None:
            sys.setprofile(notice)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _try(self, node: int, index: int, code: CodeType, names: dict[str, Any]) -> bool:
        """Evaluate one candidate, and keep what it gives; whether it gives anything."""
        try:
            value = eval(code, names)
            found = [(0, array) for array in as_arrays(value)] or [*enumerate(results(value), 1)]
        except (Exception, SystemExit):
            return False
        for part, array in found if self._total < LARGEST_TOTAL else ():
            self._total += array.size
            self._sequence += 1
            event = Event(node=node, sequence=self._sequence, value=array, candidate=index, part=part)
            self._events.append(event)
        return True

    def events(self) -> tuple[Event, ...]:
        """Everything kept so far, in order of time."""
        return tuple(sorted([*self._events, *self._last.values()], key=lambda event: event.sequence))


def _owner(code: CodeType) -> str:
    """Name of the class that code is in; empty for none."""
    outer, _, _ = code.co_qualname.rpartition(".")
    while outer.endswith("<locals>"):  # of a function: what that is in
        outer, _, _ = outer.removesuffix(".<locals>").rpartition(".")
    return outer.rpartition(".")[2]


def _compiled(expressions: Iterable[str], owner: str) -> Iterable[tuple[int, CodeType]]:
    for index, expression in enumerate(expressions):
        code = _code(expression, owner if "__" in expression else "")
        if code is not None:
            yield index, code


@lru_cache(maxsize=1 << 15)  # the same candidates are evaluated on every input of a job
def _code(expression: str, owner: str) -> CodeType | None:
    text = f"({expression}\n)"  # in parentheses, so that it may span lines
    try:
        if not owner:
            return compile(text, "<candidate>", "eval")
        tree = ast.parse(text, mode="eval")
        mangle(tree, owner)
        return compile(tree, "<candidate>", "eval")
    except (SyntaxError, ValueError):
        return None


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray | list | dict) else value
