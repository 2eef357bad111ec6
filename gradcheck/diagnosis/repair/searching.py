"""
The search for edits of a program: which versions are run, in what order, and which edit is kept.

Likely edits at suspicious places come first, then several that only together mend anything, then what is less
likely; of edits that mend the same the likeliest is taken.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeGuard

from gradcheck.diagnosis.locate.quantities import SPINE
from gradcheck.diagnosis.repair.gathering import Batch
from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.needless import without
from gradcheck.diagnosis.repair.pairing import pairs, steps_of
from gradcheck.diagnosis.repair.preferring import SMALL
from gradcheck.diagnosis.repair.steps import Step, at_one_place, between, joined, led_by, needed
from gradcheck.diagnosis.repair.trying import Trial, Wrong, mends
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.diagnosis.repair.writing import Edit, misnames, renames
from gradcheck.submissions.job import JobResult
from gradcheck.submissions.reading import syntax_error

_LAYERS = 2
_MISTAKES = 4  # more than that in one program is a program to write anew
_RUNS = 1800  # versions of the program, in one search,
_ASIDE = 800  # and so many at most for a way that may lead nowhere
_FOR_ONE = 200  # of which these are kept for one edit that mends everything, where several don't
_CHUNKS = ((0, 8), (8, 32), (40, 116), (156, 60))  # of a batch, what is run in one go
_FIRST = 2  # portions of small edits that are run before others are evaluated
_DETOURS, _DEPTH = 3, 2
_WOKEN = 8  # edits of conditions that are looked at
_COMPARED = 8
_NEARER = 0.7  # of what gradients are off by: less is no chance
_LOSSES_COMPARED = 3
_STEPS_COMPARED = 3
_PAIRED, _PAIRS, _PAIRED_AT_ONCE = 500, 1200, 100  # edits that are paired, pairs that are run, and those in one go
_HURRIED = 1.85  # the largest weight of an edit that is worth a detour before all others are tried
_RIVALS, _RIVALS_BEYOND = 16, 40  # edits that one that was found is compared with, in its batch and beyond
Pace = Callable[[Look], Iterator[Batch]]  # what is tried of a version
LARGE = 2.0  # costs a whole new expression, which is rarely the only one
_ADDED = 1.45  # something that wasn't there before, which may make up for what is wrong further up
_AS_ODD, _ODDER = 0.1, 0.5  # how much more another may cost that might yet be likelier


@dataclass(frozen=True)
class Known:
    """
    What is known of versions of a program.

    Attributes
    ----------
    tried : dict
        What is wrong with each that was run.
    multiples : dict
        Which gradients each gives right up to a factor on a probe.
    looks : dict
        What those offer that were looked at.
    watched : dict
        Runs under watch, on the probes of the search, that were made already.
    """

    tried: dict[str, Wrong] = field(default_factory=dict)
    multiples: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    watched: dict[str, JobResult] = field(default_factory=dict)


class Search:
    """One search: where it stands, and how long it may go on."""

    def __init__(self, trial: Trial, deadline: float, hints: tuple[Hint, ...], named: bool, known: Known) -> None:
        self.trial, self.deadline, self.hints, self.named = trial, deadline, hints, named
        self.tried, self.multiples = known.tried, known.multiples
        self.looks, self.watched = known.looks, known.watched
        self.most = len(self.tried) + _RUNS
        self.ended: dict[tuple[str, int], bool] = {}
        self.nearer: dict[str, dict[str, tuple[Edit, float]]] = {}  # edits that `by_gradients` gives
        self.behind = 0  # how many edits that are certain were made on the way here
        self.passed: set[tuple[str, Pace]] = set()  # versions that a detour led through, and at which pace

    def spent(self) -> bool:
        """Whether the search has to end: by what it ran, the same every time, or, at the latest, by time."""
        return len(self.tried) > self.most or perf_counter() > self.deadline

    def reject(self, step: Step) -> None:
        """Take what a step led to for no better than what was there before it."""
        self.tried[step.after] = self.tried[step.before]

    def run(self, text: str) -> list[Step]:
        """Mend everything: one mistake after another, or, where that leads nowhere, all by one edit."""
        look = self.look(text)
        self.most -= _FOR_ONE
        steps = self.one_by_one(look)
        self.most = max(self.most, len(self.tried)) + _FOR_ONE  # a batch may have gone beyond
        batches: Iterable[Batch] = ()
        if steps and self.wrong(steps[-1].after):
            batches = itertools.chain(look.anew(), look.blindly(), look.less_likely(), look.rest())
        elif len(steps) > 1 and all(map(_turns, steps)) and (traded := self.traded(look)):
            return traded
        elif len(steps) > 1:
            alone = self.forth_and_back(steps)
            steps = [alone] if alone else steps
            doubtful = [step for step in steps if not self.is_root(step)]
            odd = alone is not None or any(step.edit.cost > SMALL for step in doubtful)
            batches = look.instead(odd) if doubtful else iter([look.rearranged()])
            if helpers := set.intersection(*(self.look(one.before).calls_at(one.edit) for one in steps)):
                batches = itertools.chain(batches, look.cheaply(within=helpers))  # what all call may be wrong
        return self.scan(look, self.wrong(text), batches, whole=True) or steps

    def severally(self, text: str) -> list[Step]:
        """The same where several mistakes are known: likely edits of all of them first, if none mends anything."""
        look = self.look(text)
        wrong = self.tried[text] = look.wrong
        lacking = [look.lacking] if look.lacks_only else []
        if alone := self.scan(look, wrong, itertools.chain(look.headers(), lacking), whole=True):
            return alone
        steps = self.behind_the_certain(look, self.slips(look))
        if not steps and not look.by_numbers:  # there it takes long to evaluate edits
            steps = [] if self.at_first(look, wrong) else self.ahead(look, wrong)
        return steps if steps and not self.wrong(steps[-1].after) else self.run(text)

    def is_root(self, step: Step) -> bool:
        """Whether values tell that a step mends a mistake by itself, and no symptom of another."""
        return bool(step.mended) and self.look(step.before).preference.is_root(step.edit)

    def one_by_one(self, look: Look) -> list[Step]:
        """Mend one mistake after another, as long as that helps."""
        steps: list[Step] = []
        begun: list[tuple[Look, int]] = []  # what was looked at, and after how many steps
        wrong = self.tried[look.program.text] = look.wrong
        while wrong and len(steps) < _MISTAKES and not self.spent():
            found = self.soon(look, wrong)
            if steps and not found and (otherwise := self.otherwise(steps, begun)):
                return otherwise
            found = found or self.later(look, wrong)
            if not found:
                break
            begun.append((look, len(steps)))
            steps += found
            wrong = self.wrong(steps[-1].after)
            if wrong:
                look = self.look(steps[-1].after)
        return steps

    def otherwise(self, steps: Sequence[Step], begun: Sequence[tuple[Look, int]]) -> list[Step]:
        """Mend everything by another last step, or by one before that: what one mends may be but a part of it."""
        for look, behind in reversed(begun):
            batches = (look.headers(), look.likely(), [look.elsewhere()], look.exchanges())
            likely = itertools.chain.from_iterable(batches)
            if alone := self.scan(look, look.wrong, likely, whole=True):
                return [*steps[:behind], *alone]
        return []

    def soon(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make an edit that is likely, of an expression or a statement."""
        return (
            self.by_slips(look, wrong)
            or (self.scan(look, wrong, [look.lacking], whole=True) if look.lacks_only else [])
            or (self.number_by_number(look, wrong) if look.by_numbers else [])
            or self.at_first(look, wrong)
            or self.scan(look, wrong, look.at_the_hint(), whole=True)
            or self.scan(look, wrong, [look.at_the_crash], whole=True)
            or self.scan(look, wrong, look.headers(), whole=True)
            or self.scan(look, wrong, [look.lacking, look.uncopied, look.surplus])
        )

    def later(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make one that isn't, or several that only together mend anything."""
        return (
            ([] if self.behind else self.traded(look))
            or self.detour(look, wrong, self.by_gradients(look), Look.likely)
            or self.scan(look, wrong, [look.elsewhere()], whole=True)
            or self.scan(look, wrong, look.untold(), whole=True)
            or self.beside(look, wrong, look.cheaply(few=True))
            or self.in_part(look, wrong)
            or self.rather_alone(look, wrong, self.ahead(look, wrong))
            or self.scan(look, wrong, look.guided(below=look.largest), whole=True)
            or self.scan(look, wrong, look.exchanges(), whole=True)
            or self.detour(look, wrong, self.awakening(look), Look.quickly)
            or self.detour(look, wrong, self.by_gradients(look), Look.quickly)
            or self.scan(look, wrong, look.at_the_hint())
            or self.scan(look, wrong, [look.scaled_back])
            or self.scan(look, wrong, look.partly_guided())
            or self.scan(look, wrong, look.headers())
            or self.behind_the_certain(look, self.certain(look))
            or self.scan(look, wrong, look.guided(), whole=True)
            or self.scan(look, wrong, look.guided(partly=True), whole=True)
            or self.detour(look, wrong, [*look.openings, *look.lacking], Look.filling)
            or self.scan(look, wrong, look.at_once(), whole=True)
            or self.paired(look, wrong)
            or self.detour(look, wrong, [] if self.named else look.spine, Look.thoroughly)
            or self.detour(look, wrong, self.in_time(look), Look.thoroughly)
            or self.scan(look, wrong, look.blindly())
            or self.scan(look, wrong, look.less_likely())
            or self.detour(look, wrong, self.by_values(look), Look.thoroughly)
            or self.scan(look, wrong, look.rest())
            or self.scan(look, wrong, look.cheaply(), whole=True)
            or self.scan(look, wrong, itertools.chain(look.likely(), look.headers()), anyhow=True)
        )

    def number_by_number(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make an edit where it goes number by number: there a run tells more than values, which are many."""
        cheap = itertools.chain([look.uneven, look.scaled_back], itertools.islice(look.cheaply(), _FIRST))
        return (
            self.beside(look, wrong, cheap)
            or self.scan(look, wrong, look.at_the_hint(), whole=True)
            or self.scan(look, wrong, look.headers())
        )

    def beside(self, look: Look, wrong: Wrong, batches: Iterable[Batch]) -> list[Step]:
        """Mend everything by what is run beside all else, and counts for no version of the others."""
        before = len(self.tried)
        found = self.scan(look, wrong, batches, whole=True)
        self.most += len(self.tried) - before
        return found

    def at_first(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make a likely edit; where small ones mend nothing, rather one of a statement that mends everything."""
        if certain := self.scan(look, wrong, [look.sharing], whole=True) or self.scan(look, wrong, [look.slips]):
            return certain
        if small := self.scan(look, wrong, look.small(), whole=look.weights.uniform):  # one factor is one mistake
            return small
        # what all have wrong alike, an update may only hide
        moved = [] if look.weights.rescaled else self.scan(look, wrong, [look.rearranged()], whole=True)
        if look.by_numbers:  # there it takes long to evaluate edits, and little to run them
            moved = moved or self.beside(look, wrong, look.cheaply())
        return moved or self.scan(look, wrong, look.likely())

    def once(self, text: str) -> list[Step]:
        """
        Mend everything by one likely edit, or nothing; one mistake by a whole new expression, too.

        What crashes on some sizes is a mistake by itself, and may hide another one: then by two.
        """
        look = self.look(text)
        wrong = self.tried[text] = look.wrong
        if not wrong:
            return []
        if self.named:
            named = (look.likely(), look.headers(), look.guided(of_both=True), look.larger(), look.anew())
            return self.scan(look, wrong, itertools.chain.from_iterable(named), whole=True)
        if alone := self.scan(look, wrong, itertools.chain(look.small(), look.headers()), whole=True):
            return alone
        both = self.detour(look, wrong, self.revivals(look), Look.quickly)
        return both if len(both) > 1 else self.scan(look, wrong, look.guided(of_both=True), whole=True)

    def alive(self, text: str) -> list[Step]:
        """Make a program that only ends in an error run, and be right, by one edit, or by what that leads to."""
        look = self.look(text)
        wrong = self.tried[text] = look.wrong
        crash = (look.at_the_crash, look.before_the_crash)
        batches = (look.likely(), crash, look.blindly(), look.headers(), look.larger())
        alone = self.scan(look, wrong, itertools.chain.from_iterable(batches), whole=True)
        # where it runs nowhere, no value tells what the line ought to make: there it takes small edits
        return alone or self.detour(look, wrong, self.revivals(look, everywhere=True), Look.surely)

    def behind_slips(self, text: str) -> list[Step]:
        """Mend everything by a slip of the pen that is put right, and by what that leads to, or nothing."""
        look = self.look(text)
        self.tried[text] = look.wrong
        return self.by_slips(look, look.wrong)

    def by_slips(self, look: Look, wrong: Wrong) -> list[Step]:
        """The same of a version that was looked at."""
        if not look.slips:
            return []
        return self.scan(look, wrong, [look.slips], whole=True) or self.behind_the_certain(look, self.slips(look))

    def briefly(self, text: str) -> list[Step]:
        """Mend everything by a likely edit for each layer, one after the other, or nothing."""
        steps: list[Step] = []
        look = self.look(text)
        wrong = self.tried[text] = look.wrong
        while wrong and len(steps) < _LAYERS and not self.spent():
            found = (
                self.revived(look, wrong) or self.at_first(look, wrong) or self.scan(look, wrong, look.headers())
            )
            if not found:
                return []
            if len(found[0].mended) < 2 and self.wrong(found[-1].after):
                return []  # a gradient at a time: what is wrong is further up
            steps += found
            wrong = self.wrong(steps[-1].after)
            look = self.look(steps[-1].after) if wrong else look
        return [] if wrong else steps

    def look(self, text: str) -> Look:
        """Look at a version once."""
        if text not in self.looks:
            self.looks[text] = Look(self.trial, text, self.hints, self.watched.get(text))
        self.looks[text].spent = self.spent
        return self.looks[text]

    def wrong(self, text: str) -> Wrong:
        """Run a version once."""
        if text not in self.tried:
            self.tried[text] = self.trial.wrong(text)
        return self.tried[text]

    def better(self, texts: Sequence[str], than: Wrong, first: int) -> list[Wrong]:
        """Run versions once, all of them in one go; what is no better on one probe is run on that alone."""
        new = [text for text in dict.fromkeys(texts) if text not in self.tried]
        for text, ran in zip(new, self.trial.better(new, than, first), strict=True):
            self.tried[text], self.multiples[text, first] = ran.left, ran.multiples
        return [self.tried[text] for text in texts]

    def scan(
        self, look: Look, wrong: Wrong, batches: Iterable[Batch], whole: bool = False, anyhow: bool = False
    ) -> list[Step]:
        """
        Find the likeliest single edit that mends everything, or else, where that will do, the most.

        What it mends it has to mend on every probe, unless anyhow it may be on one alone.
        """
        text = look.program.text
        some: list[tuple[float, Edit, Wrong]] = []
        for batch in self.due(batches):
            for (edit, cost), left in self.runs(look, wrong, batch):
                mended = mends(wrong, left)
                if mended and (misnames(text, edit) or self.silences(look, edit)):
                    continue
                if mended and not left:
                    return [self.likeliest(look, edit, batch, wrong, left)]
                # a loss alone says nothing of the gradients, but where a step of the forward pass comes with it
                telling = mended != {"loss"} or any(edit == one for one, _ in look.spine)
                if mended and telling and not whole and (anyhow or self.holds(edit.apply(text), mended, left)):
                    some.append((len(left) + 0.3 * cost, edit, left))
            best = min(some, key=lambda one: one[0])[1] if some and not whole else None
            certain = best is not None and best.cost <= SMALL and look.preference.is_root(best)
            certain = certain and not look.weights.rescaled  # all by the same: there may be one that mends all
            if certain:
                break
        if whole or not some:
            return []
        _, best, left = min(some, key=lambda one: one[0])
        rivals = [(edit, cost) for cost, edit, after in some if after == left]
        return [self.likeliest(look, best, rivals, wrong, left)]

    def due(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Give batches as long as there is time: to make one may take longer than to run it."""
        some = iter(batches)
        while not self.spent() and (batch := next(some, None)) is not None:
            yield batch

    def mends_more(self, text: str, wrong: Wrong, left: Wrong, after: Wrong) -> bool:
        """Whether a version mends all that another one does, and something besides."""
        mended = mends(wrong, after)
        return mended > mends(wrong, left) and self.holds(text, mended, after)

    def silences(self, look: Look, edit: Edit) -> bool:
        """Whether an edit of a condition keeps lines from being run that were: what is wrong with them stays."""
        return any(before and not after for before, after in self._run_by(look, edit))

    def hushes(self, steps: Iterable[Step]) -> bool:
        """Whether any of some steps keeps lines from being run so."""
        return any(self.silences(self.look(one.before), one.edit) for one in steps)

    def wakes(self, look: Look, edit: Edit) -> bool:
        """Whether an edit of a condition makes lines run that never were."""
        return any(after and not before for before, after in self._run_by(look, edit))

    def _run_by(self, look: Look, edit: Edit) -> Iterator[tuple[bool, bool]]:
        """Of both blocks of the condition that an edit is in, whether they were run before it, and after."""
        asking = look.condition(edit)
        if asking is None:
            return
        onward = self.look(edit.apply(look.program.text))
        now = next((one for one in onward.program.nodes if _asks_at(one, asking.lineno)), None)
        if now is not None:
            yield look.ran(asking.body), onward.ran(now.body)
            yield look.ran(look.otherwise(asking)), onward.ran(onward.otherwise(now))

    def holds(self, text: str, mended: Set[str], left: Wrong) -> bool:
        """Whether what a version mends is right on every probe on which it doesn't end in an error."""
        for probe in range(len(self.trial.probes)):
            there = {name for where, name in left if where == probe}
            if there.isdisjoint(mended):
                continue
            if not there.issuperset(self.trial.network.parameters) or self.ran(text, probe):
                return False
        return True

    def ran(self, text: str, probe: int) -> bool:
        """Whether a version comes to its end on a probe; run once."""
        if (text, probe) not in self.ended:
            self.ended[text, probe] = not self.spent() and self.trial.comes_to_its_end(text, probe)
            self.most -= 1
        return self.ended[text, probe]

    def telling(self, text: str, wrong: Wrong) -> int:
        """Where a version has most wrong and ends in no error: on probes whose sizes agree some mistakes hide."""
        most = Counter(probe for probe, _ in wrong)
        ended = [probe for probe in most if self.look(text).ends(probe)]
        return min(ended or most, key=lambda probe: (-most[probe], probe))

    def runs(self, look: Look, wrong: Wrong, batch: Batch) -> Iterator[tuple[tuple[Edit, float], Wrong]]:
        """Run the edits of a batch, and give what is wrong with each that is better, as long as there is time."""
        text = look.program.text
        texts = [edit.apply(text) for edit, _ in batch]
        first = self.telling(text, wrong)
        for start, size in _CHUNKS:
            if self.spent():
                return
            chunk = slice(start, start + size)
            left = self.better(texts[chunk], wrong, first)
            self.note_nearer(look, zip(texts[chunk], batch[chunk], strict=True), first)
            yield from zip(batch[chunk], left, strict=True)

    def note_nearer(self, look: Look, pairs: Iterable[tuple[str, tuple[Edit, float]]], probe: int) -> None:
        """Keep the edits, by what they make, with which a gradient is nearly right that was not."""
        kept = self.nearer.setdefault(look.program.text, {})
        before = self.trial.multiples(replace(look.result, probes=look.result.probes[probe : probe + 1]), probe)
        for after, pair in pairs:
            wrong = {name for where, name in self.tried[after] if where == probe}
            if (self.multiples.get((after, probe), frozenset()) & wrong) - before:
                kept.setdefault(after, pair)

    def likeliest(self, look: Look, found: Edit, rivals: Batch, wrong: Wrong, left: Wrong) -> Step:
        """Choose among edits that mend the same, as a sign does that may be put right in many a place."""
        text = look.program.text
        plausible = look.preference.is_plausible(found, self.named)
        rearranged = found.root is None and not left and found.cost > SMALL
        turned = bool(left) and look.weights.negative  # by what is further up, perhaps, and not by a step
        odd = look.weights.rescaled or not plausible or look.waking or turned
        worst = found.cost + (_ODDER if odd else _AS_ODD)
        groups = [(rivals, _RIVALS if found.cost < LARGE else len(rivals)), (look.waking, _RIVALS_BEYOND)]
        if look.preference.makes_the_same_twice(found):  # rather the two change places
            groups.append((look.covering(found), _RIVALS))
            worst = max(worst, LARGE)
        elif look.preference.drops(found):  # what it no longer uses may be called wrongly where it is made
            worst = max(worst, SMALL + _ODDER)
        if not left and (found.cost > SMALL or not plausible):
            groups += [(batch, _RIVALS_BEYOND) for batch in look.headers()]
        elif look.weights.uniform:  # what all have wrong alike, an update may have, too
            groups.append((look.rearranged(), _RIVALS))
        elif look.weights.negative:
            groups.append((look.turned, _RIVALS))
        if look.weights.uniform and look.weights.negative:  # a minus in an update looks like one in an error
            groups.append((look.unsigned, _RIVALS))
        groups.append((look.scaled_back, _RIVALS))
        if not plausible or turned:
            groups += [(batch, _RIVALS) for batch in look.small()]
        elif rearranged:  # rather what is taken is wrong than how it all is put together
            smaller = itertools.chain.from_iterable(look.small())
            groups.append((sorted(smaller, key=lambda pair: pair[0].cost), _RIVALS_BEYOND))
        if not plausible:
            groups.append((look.elsewhere(found.cost), _RIVALS_BEYOND))
            groups.append((look.where_called(found), _RIVALS))
        if found.inserts and found.root is None:  # what is put in may make up for what is wrong further up
            groups.append((look.elsewhere(), _RIVALS_BEYOND))
        if found.cost > _ADDED or not found.replacement.strip():  # what is put away may be wrong where it is made
            groups.append((look.where_made(found), _RIVALS_BEYOND))
        if not found.replacement.strip():  # or be written wrongly itself
            groups.append((look.covering(found), _RIVALS))
            worst = max(worst, SMALL + _ODDER)
        near = [pair for group, most in groups for pair in [one for one in group if one[0].cost < worst][:most]]
        ran = [(found, left), *((edit, after) for (edit, _), after in self.runs(look, wrong, near))]
        more = [
            after for edit, after in ran if after < left and self.mends_more(edit.apply(text), wrong, left, after)
        ]
        left = min(more, key=len, default=left)
        same = [edit for edit, after in ran if after == left]
        made = [(edit, edit.cost) for one in same if (edit := look.hoisted(one))][:_RIVALS]
        moved = [(edit, after) for (edit, _), after in self.runs(look, wrong, made) if after <= left]
        further = [after for _, after in moved if after < left and mends(wrong, after) >= mends(wrong, left)]
        if further:  # what is made wrong once is used in several places
            left = min(further, key=len)
            same = [edit for edit, after in moved if after == left]
        else:
            same += [edit for edit, after in moved if after == left]
        ordered = look.preference.by_oddity(list(dict.fromkeys(same)))
        if look.waking and not left:
            ordered.sort(key=lambda edit: not self.wakes(look, edit))
        if left:
            ordered = self.by_what_is_left(text, left, ordered)
        first, *others = self.with_its_loss(look, ordered)
        simpler = [(edit, edit.cost) for edit in without(look.program, look.parameters, look.made, first)]
        if renames(text, first):  # of another array what spoils this one may do anything
            simpler += look.surplus
        first = next((edit for (edit, _), after in self.runs(look, wrong, simpler) if after <= left), first)
        return Step(first, text, first.apply(text), mends(wrong, left), tuple(others))

    def with_its_loss(self, look: Look, edits: Sequence[Edit]) -> list[Edit]:
        """Put the first edit that leaves the program's loss right before those that spoil it, if it was."""
        for place, edit in enumerate(edits[:_LOSSES_COMPARED] if len(edits) > 1 else ()):
            if self.spent() or not look.feeds_loss(edit) or self.look(edit.apply(look.program.text)).has_loss:
                return [edit, *edits[:place], *edits[place + 1 :]]
        return list(edits)

    def by_what_is_left(self, text: str, left: Wrong, edits: Sequence[Edit]) -> list[Edit]:
        """
        Put edits first that leave fewer gradients with the wrong sign, or as a multiple of none.

        Of those that are as good, one with which more steps of the pass are right, and of these one that brings
        the others much nearer to what they ought to be: what is made once is used for all of them.
        """
        some = edits[:_COMPARED]
        wrong = {name for _, name in left} & {*self.trial.network.parameters}

        def off(edit: Edit) -> tuple[int, float]:
            result = self.trial.run(self.trial.job(edit.apply(text)))
            carried, distances = self.trial.carried(result), self.trial.distances(result)
            factors = [carried.get(name, (None,)) for name in wrong]
            bad = sum(any(factor is None or factor < 0 for factor in some) for some in factors)
            return bad, sum(distances[name] for name in wrong)

        if len(some) < 2:
            return list(edits)
        offs = {edit: off(edit) for edit in some}
        ordered = sorted(some, key=lambda edit: offs[edit][0])
        tied = [edit for edit in ordered if offs[edit][0] == offs[ordered[0]][0]]
        made = {edit: self.steps_made(edit.apply(text)) for edit in tied[:_STEPS_COMPARED] if len(tied) > 1}
        first = max(made, key=lambda edit: made[edit], default=ordered[0])
        beside = [edit for edit in made if edit != first and made[edit] == made[first]]
        nearest = min(beside, key=lambda edit: offs[edit][1], default=first)
        nearer = [nearest] if offs[nearest][1] < _NEARER * offs[first][1] else []
        return list(dict.fromkeys([*nearer, first, *ordered, *edits[_COMPARED:]]))

    def paired(self, look: Look, wrong: Wrong) -> list[Step]:
        """Mend everything by two small edits of which neither shows any good by itself."""
        if self.named or self.spent():
            return []
        text = look.program.text
        first = self.telling(text, wrong)
        batch = [pair for pair in look.small_ones if not misnames(text, pair[0])][:_PAIRED]
        before, ran = len(self.tried), self.trial.better([text], wrong, first)
        for some in self.due(batch[at : at + _PAIRED_AT_ONCE] for at in range(0, len(batch), _PAIRED_AT_ONCE)):
            ran += self.trial.better([edit.apply(text) for edit, _ in some], wrong, first)
        itself, *alone = ran
        each = (steps_of(text, *pair) for pair in pairs(batch[: len(alone)], alone, itself, _PAIRS))
        self.most += _PAIRS  # which count for no version of the others
        found: list[Step] = []
        while not found and not self.spent() and (tried := list(itertools.islice(each, _PAIRED_AT_ONCE))):
            left = self.better([steps[-1].after for steps in tried], wrong, first)
            whole = (steps for steps, one in zip(tried, left, strict=True) if not one)
            found = next((steps for steps in whole if not self.hushes(steps)), [])
        self.most += len(self.tried) - before - _PAIRS
        return self.mending(found)

    def behind_the_certain(self, look: Look, certain: Iterable[Edit]) -> list[Step]:
        """Make an edit that is surely one of several, though no gradient shows it, and mend the rest."""
        text = look.program.text
        if self.named or self.behind == _DEPTH:
            return []
        self.behind += 1
        deadline = self.deadline
        if self.behind == 1:  # it may be none: then there is as much time for the rest
            self.deadline = (deadline + perf_counter()) / 2
        try:
            with self.aside():
                for edit in certain:
                    after = edit.apply(text)
                    if not self.spent() and syntax_error(after) is None and self.wrong(after) <= look.wrong:
                        rest = self.run(after)
                        if rest and not self.wrong(rest[-1].after):
                            alone = self.in_order(edit, text, rest[0]) if len(rest) == 1 else []
                            return alone or self.mending(led_by(edit, text, rest))
        finally:
            self.behind, self.deadline = self.behind - 1, deadline
        return []

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Run no more than so many versions on a way that may lead nowhere."""
        most, self.most = self.most, min(self.most, len(self.tried) + _ASIDE)
        try:
            yield
        finally:
            self.most = most

    def certain(self, look: Look) -> list[Edit]:
        """The smallest edit, if any, that puts every step of the pass right."""
        likely = look.ways(look.spine)[: 2 * _DETOURS] if len(look.steps) < len(SPINE) else []
        whole = [edit for edit in likely if self.steps_made(edit.apply(look.program.text)) == len(SPINE)]
        return sorted(whole, key=lambda edit: edit.cost)[:1]

    def slips(self, look: Look) -> list[Edit]:
        """Slips of the pen, a few."""
        return [edit for edit, _ in look.slips[:_DETOURS]]

    def steps_made(self, text: str) -> int:
        """How many of the steps that every right program makes a version does."""
        return 0 if self.spent() or syntax_error(text) is not None else len(self.look(text).steps)

    def ahead(self, look: Look, wrong: Wrong) -> list[Step]:
        """Mend several mistakes by edits that are all likely, where no one of them alone mends anything."""
        if self.named:
            return []
        likely = [pair for pair in (*look.spine, *look.detours) if pair[1] <= _HURRIED]
        with self.aside():
            steps = (
                self.revived(look, wrong)
                or self.detour(look, wrong, likely, Look.likely, _DEPTH)
                or self.detour(look, wrong, likely, Look.quickly)
            )
        if len(steps) == 1 and look.crashed is not None and steps[0].edit.cost <= SMALL:
            return steps
        return [] if len(steps) < 2 or self.forth_and_back(steps) else steps

    def in_part(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make an edit of a statement that mends a part, where a likely one then mends the rest."""
        if self.named:
            return []
        text = look.program.text
        ran = [(edit, self.tried.get(edit.apply(text), wrong)) for edit, _ in look.rearranged()]
        parts = [(edit, left) for edit, left in ran if mends(wrong, left) - {"loss"}]
        with self.aside():
            for edit, left in sorted(parts, key=lambda one: len(one[1]))[:_DETOURS]:
                first = Step(edit, text, edit.apply(text), mends(wrong, left))
                if misnames(text, edit) or self.hushes([first]) or not self.holds(first.after, first.mended, left):
                    continue
                found = [] if self.spent() else self.soon(self.look(first.after), left)
                if found and not self.wrong(found[-1].after):
                    return [first, *found]
        return []

    def rather_alone(self, look: Look, wrong: Wrong, steps: list[Step]) -> list[Step]:
        """Make one edit in the place of several, if any of these is large and a single one of any size will do."""
        large = any(step.edit.cost > SMALL for step in steps)
        return (self.scan(look, wrong, look.guided(below=look.largest), whole=True) if large else []) or steps

    def revived(self, look: Look, wrong: Wrong) -> list[Step]:
        """Make a program that crashes on some probe run there, and then an edit of what that hid."""
        return self.detour(look, wrong, self.revivals(look), Look.surely)

    def revivals(self, look: Look, everywhere: bool = False) -> Batch:
        """Edits with which a program that crashes on some probe comes to its end there, rather on right values."""
        probe = look.crashed
        if probe is None:
            return []
        near = look.at_the_crash if everywhere else (*look.at_the_crash, *look.before_the_crash, *look.reviving)
        texts = {edit.apply(look.program.text): (edit, cost) for edit, cost in near}
        new = [text for text in texts if (text, probe) not in self.ended] if not self.spent() else []
        ended = self.trial.come_to_their_end(new, probe)
        self.ended.update(zip([(text, probe) for text in new], ended, strict=True))
        found = [pair for text, pair in texts.items() if self.ended.get((text, probe))]
        telling = [] if everywhere else [pair for pair in found if pair in look.reviving]
        return telling if telling and look.forward_right else found

    def by_values(self, look: Look) -> Batch:
        """Edits that make a wrong value right, of which no gradient tells."""
        return [*look.spine, *look.detours] if self.named else look.detours

    def by_gradients(self, look: Look) -> Batch:
        """Edits that make a gradient right up to a factor, or most of it, among those that were run."""
        return [*self.nearer.get(look.program.text, {}).values()]

    def awakening(self, look: Look) -> Batch:
        """Small edits of conditions that make lines run which never were: only then it shows what they do."""
        return [pair for pair in look.waking[:_WOKEN] if not self.spent() and self.wakes(look, pair[0])]

    def in_time(self, look: Look) -> Batch:
        """Rearrangements after which less is made of parameters that are updated by then."""
        text, overdue = look.program.text, look.overdue()
        words = sorted(text.split())
        moved = [(one, one[0].apply(text)) for one in look.rearranged() if overdue]
        moved = [(one, after) for one, after in moved if sorted(after.split()) == words]
        looks = (
            (one, self.look(after)) for one, after in moved if not self.spent() and self.wrong(after) <= look.wrong
        )
        return [one for one, onward in looks if onward.overdue() < overdue]

    def tidied(self, steps: list[Step]) -> list[Step]:
        """Leave out what a later step has made needless, and make one step of those that change one place."""
        whole = joined(steps)
        steps = steps if len(whole) == len(steps) else self.mending(whole)
        left = needed(steps, lambda text: not self.spent() and self.wrong(text) <= self.wrong(steps[-1].after))
        return steps if len(left) == len(steps) else self.mending(left)

    def mending(self, steps: Sequence[Step]) -> list[Step]:
        """Say anew what each step mends."""
        return [replace(one, mended=mends(self.wrong(one.before), self.wrong(one.after))) for one in steps]

    def forth_and_back(self, steps: Sequence[Step]) -> Step | None:
        """Make one edit of steps that all change the same place."""
        text, after = steps[0].before, steps[-1].after
        if not at_one_place(steps):
            return None
        return Step(between(text, after), text, after, mends(self.wrong(text), self.wrong(after)))

    def detour(self, look: Look, wrong: Wrong, detours: Batch, pace: Pace, depth: int = 1) -> list[Step]:
        """
        Take an edit that makes a wrong value right though no gradient shows it, and search on from there.

        The pace tells what is tried after it. In a hurry, only small edits are taken.
        """
        anew: list[Step] = []
        for edit in self.furthest(look, look.ways(detours)):
            steps = self.along(edit, look, wrong, pace, depth)
            revived = look.crashed is not None and [one.edit for one in steps] == [edit] and edit.cost <= SMALL
            if steps and (len(steps) > 1 or look.forward_right or revived):
                return steps
            anew = anew or steps  # one place written anew may make up for what is wrong further up
        return anew

    def along(self, edit: Edit, look: Look, wrong: Wrong, pace: Pace, depth: int) -> list[Step]:
        """Go one of these ways: its steps, if they lead to where everything is mended."""
        text, after = look.program.text, edit.apply(look.program.text)
        if self.spent() or (after, pace) in self.passed or not self.wrong(after) <= wrong:
            return []
        if syntax_error(after) is not None:  # where all is wrong, that is no worse
            return []
        self.passed.add((after, pace))
        if not self.wrong(after):  # it was never among those that were run
            return [Step(edit, text, after, mends(wrong, frozenset()))]
        onward = self.look(after)
        found = self.scan(onward, wrong, pace(onward))
        if found and not self.wrong(found[-1].after):
            return self.in_order(edit, text, found[0]) or self.mending(led_by(edit, text, found))
        spine = [pair for pair in onward.spine if pace is not Look.quickly or pair[1] <= _HURRIED]
        deeper = self.detour(onward, wrong, spine, pace, depth + 1) if depth < _DEPTH else []
        return self.mending(led_by(edit, text, deeper)) if deeper else []

    def traded(self, look: Look) -> list[Step]:
        """
        Mend two signs of which one hides the other: an edit mends all and spoils what was right, another that.

        Each is where a value has the wrong sign; what has the right one is as its author means it.
        """
        text, wrong = look.program.text, look.wrong
        first = self.telling(text, wrong)
        there = {name for probe, name in wrong if probe == first}
        for edit, _ in itertools.chain.from_iterable(self.due(look.small())):
            after = edit.apply(text)
            left = {name for probe, name in self.tried.get(after, wrong) if probe == first}
            if left & there or not left or not look.is_turned(edit):
                continue
            self.tried[after] = self.trial.wrong(after)  # it was no better, and run on one probe
            if {name for _, name in self.tried[after]} == left:
                onward = self.look(after)
                rest = self.scan(onward, onward.wrong, onward.likely(), whole=True)
                if rest and onward.is_turned(rest[0].edit):
                    return [Step(edit, text, after, frozenset(there)), *rest]
        return []

    def furthest(self, look: Look, ways: list[Edit]) -> list[Edit]:
        """Choose a few ways, first those that make most steps of the pass, as one in a helper of both does."""
        if len(ways) <= _DETOURS:
            return ways
        made = {edit: self.steps_made(edit.apply(look.program.text)) for edit in ways[: 2 * _DETOURS]}
        return sorted(made, key=lambda edit: -made[edit])[:_DETOURS]

    def in_order(self, detour: Edit, text: str, step: Step) -> list[Step]:
        """
        Make the edit that a detour led to first, where it mends something by itself.

        If that is as much as both mend, the detour was none. Nothing where the edit needs the detour.
        """
        moved = len(detour.replacement) - (detour.end - detour.start)
        start, end = step.edit.start, step.edit.end
        behind = start >= detour.start + len(detour.replacement)
        if behind:
            start, end = start - moved, end - moved
        elif end > detour.start:  # both change the same: one edit
            return [Step(between(text, step.after), text, step.after, step.mended)]
        edit = replace(step.edit, start=start, end=end, root=None)
        after = edit.apply(text)
        mended = mends(self.wrong(text), self.wrong(after))
        if not mended:
            return []
        first = Step(edit, text, after, mended)
        if self.wrong(after) <= self.wrong(step.after):
            return [first]
        shift = 0 if behind else len(edit.replacement) - (end - start)
        second = replace(detour, start=detour.start + shift, end=detour.end + shift, root=None)
        return [first, Step(second, after, step.after, mends(self.wrong(after), self.wrong(step.after)))]


def _turns(step: Step) -> bool:
    """Whether an edit adds a minus, which may make up for one further up."""
    return step.edit.replacement.count("-") > step.before[step.edit.start : step.edit.end].count("-")


def _asks_at(node: ast.AST, line: int) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and node.lineno == line
