"""Edits that were kept: one after another, and what they come to together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gradcheck.diagnosis.repair.writing import Edit, alike

_WORD = re.compile(r"\w+")


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
    """
    Make one step of two where the later one changes what the earlier one put in: one edit of one place.

    So it is where two things in a line change places, one after the other.
    """
    found: list[Step] = []
    for step in steps:
        for place, one in enumerate(found):
            others = without_one(found, place)
            text = others[-1].after if others else one.before
            apart = len(others) == len(found) - 1
            if _meet(found, place, step.edit) or (apart and _changes_places(text, step.after)):
                mended = one.mended | step.mended
                found = [*others, Step(between(text, step.after), text, step.after, mended)]
                break
        else:
            found.append(step)
    return found


def without_one(steps: Sequence[Step], place: int) -> list[Step]:
    """Make the same steps but one; none where a later one changes what that put in."""
    left, gone = list(steps[:place]), steps[place].edit
    text, put_in = steps[place].before, len(gone.replacement)
    start, moved = gone.start, put_in - (gone.end - gone.start)
    for step in steps[place + 1 :]:
        edit = step.edit
        if edit.start >= start + put_in:
            edit = replace(edit, start=edit.start - moved, end=edit.end - moved, root=None)
        elif edit.end <= start:
            start += len(edit.replacement) - (edit.end - edit.start)
            edit = replace(edit, root=None)
        else:
            return []
        left.append(Step(edit, text, edit.apply(text), step.mended))
        text = left[-1].after
    return left


def needed(steps: Sequence[Step], holds: Callable[[str], bool]) -> list[Step]:
    """Leave out, one after another, the steps without which a text is as it has to be."""
    left, place = list(steps), 0
    while place < len(left):
        fewer = without_one(left, place)
        if fewer and holds(fewer[-1].after):
            left = fewer
        else:
            place += 1
    return left


def _meet(steps: Sequence[Step], place: int, later: Edit) -> bool:
    """Whether an edit after some steps changes what one of them put in, or stands right beside it."""
    edit = steps[place].edit
    start = edit.start
    for one in (step.edit for step in steps[place + 1 :]):
        if one.end <= start:
            start += len(one.replacement) - (one.end - one.start)
    return later.end >= start and later.start <= start + len(edit.replacement)


def _changes_places(before: str, after: str) -> bool:
    """Whether texts differ in one line, by the order of its words."""
    pairs = [pair for pair in zip(before.split("\n"), after.split("\n"), strict=False) if len({*pair}) > 1]
    words = [sorted(_WORD.findall(line)) for pair in pairs for line in pair]
    return len(words) == 2 and words[0] == words[1] and before.count("\n") == after.count("\n")


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
