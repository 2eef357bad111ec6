"""Edits that were kept: one after another, and what they come to together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.diagnosis.repair.writing import Edit, alike


@dataclass(frozen=True)
class Step:
    """
    One edit that was kept.

    Attributes
    ----------
    edit : Edit
        Of the text as the steps before it left it.
    before, after : str
        The text.
    mended : frozenset of str
        Parameters whose gradients it made right on some probe.
    instead : tuple of Edit
        Others of the same text that mend everything, too, the likeliest first.
    """

    edit: Edit
    before: str
    after: str
    mended: frozenset[str]
    instead: tuple[Edit, ...] = ()


def led_by(detour: Edit, text: str, steps: Sequence[Step]) -> list[Step]:
    """Put a detour before the steps that it led to; one edit of it and the first, where they change the same."""
    return joined([Step(detour, text, detour.apply(text), frozenset()), *steps])


def joined(steps: Sequence[Step]) -> list[Step]:
    """Make one step of each and the next where that changes what it put in: one edit of one place, not two."""
    found: list[Step] = []
    for step in steps:
        last = found[-1] if found else None
        if last is None or not _meet(last.edit, step.edit):
            found.append(step)
        else:
            mended = last.mended | step.mended
            found[-1] = Step(between(last.before, step.after), last.before, step.after, mended, ())
    return found


def _meet(edit: Edit, later: Edit) -> bool:
    """Whether an edit changes what the one before it put in, or stands right beside it."""
    return later.end >= edit.start and later.start <= edit.start + len(edit.replacement)


def net(steps: Sequence[Step]) -> Step | None:
    """Make one step of several where one takes back or changes what another did: of what is left in the end."""
    before, after = steps[0].before, steps[-1].after
    touched = {line for step in steps for line in _changed_lines(step.before, step.after)}
    taken_back = before.count("\n") == after.count("\n") and _changed_lines(before, after) < touched
    if not taken_back and not (len(touched) == 1 and len(steps) > 1 and at_one_place(steps)):
        return None
    mended = frozenset(name for step in steps for name in step.mended)
    return Step(between(before, after), before, after, mended)


def at_one_place(steps: Sequence[Step]) -> bool:
    """Whether all that steps change, taken together, is no more than one of them changes."""
    alone = between(steps[0].before, steps[-1].after)
    return all(
        size(alone.replacement) <= max(size(step.edit.replacement) for step in steps) for size in (len, _lines)
    )


def _changed_lines(before: str, after: str) -> set[int]:
    """Which lines differ, of texts with as many."""
    return {
        line
        for line, pair in enumerate(zip(before.split("\n"), after.split("\n"), strict=False))
        if len({*pair}) > 1
    }


def between(text: str, after: str) -> Edit:
    """Make one edit of all that differs."""
    start, same = alike(text, after)
    return Edit(start, len(text) - same, after[start : len(after) - same], 1.0)


def _lines(text: str) -> int:
    return text.count("\n")
