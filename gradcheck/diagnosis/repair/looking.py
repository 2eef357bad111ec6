"""What one version of a program offers: edits of its suspicious expressions, the likeliest first."""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN, SPINE, TOGETHER, is_lacking
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import step
from gradcheck.diagnosis.locate.suspects import DIVERGED, Suspect, hands_on
from gradcheck.diagnosis.repair.completing import completions
from gradcheck.diagnosis.repair.counting import counts_up
from gradcheck.diagnosis.repair.deciding import deciding, is_condition
from gradcheck.diagnosis.repair.edits import edits
from gradcheck.diagnosis.repair.evaluating import Outcome, outcomes
from gradcheck.diagnosis.repair.forgotten import openings, remakings, undecayed
from gradcheck.diagnosis.repair.hoisting import hoisted, into_helper, makers
from gradcheck.diagnosis.repair.inserting import companions
from gradcheck.diagnosis.repair.needless import removals
from gradcheck.diagnosis.repair.preferring import comes_to_nothing
from gradcheck.diagnosis.repair.rescaling import renumbered, rescalings
from gradcheck.diagnosis.repair.sharing import shared
from gradcheck.diagnosis.repair.structure import rearrangements
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.varying import counterparts, likenesses
from gradcheck.diagnosis.repair.viewing import Hint, View
from gradcheck.diagnosis.repair.writing import Edit, renames

_TIERS = (1.45, 1.75, 2.0, 9.0)  # how unlikely an edit may be to be evaluated in each round; most are in the third
_SMALL, _MIDDLING, _LARGER = (True, 0), (True, 1), (True, 2)  # whether at suspicious places, and in which round
_COMPLETED = (True, 3)
_REST = ((False, 1), (False, 2), (False, 3))
_OBVIOUS = 0.95  # edits of a bound that only take something away
_RUNS_A_BATCH = 40
_RUNS_A_PLACE = 4  # at least, where a value goes wrong
_RUNS_CRASHED = 60
_RUNS_UNSEEN = 150
_RUNS_BLIND = 160
_RUNS_UNTOLD = 100
_EXPECTED = 0.5  # of whole new expressions those that every right program has and this one lacks
_GUIDED = 2
_FAR_FETCHED = 3  # suspects for which whole new expressions are made
_MAKERS = 2
_LOAD = 40.0  # values that are evaluated together for each edit
_MISTAKEN = 0.8  # less where a name is what a mistake is thought to be at: what it was taken for is there already
_HANDED = 0.4  # more where something is only handed on: it is what it was made before
_BARED = 0.8  # less for what a part of an expression is, and nothing else
_IDLE = 0.5  # less for what is made of something that nothing else is made of
_OFTEN = 16
_UNSUSPECTED = 100.0  # rank of what nothing speaks against
_LARGE = 5000  # entries of an array that take as long as a single number
Batch = list[tuple[Edit, float]]


class Look(View):
    """
    What a version of a program offers: edits of its suspicious expressions.

    Attributes
    ----------
    spent : callable
        Whether the search that looks has to end: then nothing more is evaluated.
    spine, detours : Batch
        Edits that make what every right program has, and this one lacks; others that make something right.
    unseen, blind : Batch
        Edits that no value speaks for; of what has none.
    exchanged : Batch
        Names that are taken for others, of what is right in the forward pass: only what is made of it tells.
    """

    def __init__(self, trial: Trial, text: str, hints: tuple[Hint, ...]) -> None:
        super().__init__(trial, text, hints)
        self.spent: Callable[[], bool] = lambda: False
        self.detours: Batch = []
        self.spine: Batch = []
        self._collected: dict[tuple[bool, int, int, int], Batch] = {}
        self.unseen: Batch = []
        self.blind: Batch = []
        self.exchanged: Batch = []

    def small(self) -> Iterator[Batch]:
        """The smallest edits that make their expression a right quantity, at suspicious places."""
        yield self._counted
        yield from self._in_portions(*_SMALL)

    def likely(self) -> Iterator[Batch]:
        """Small edits that make their expression a right quantity: at suspicious places; of a factor, all over."""
        yield from self.small()
        yield from self._in_portions(*_MIDDLING)
        if self.weights.rescaled:
            yield self.elsewhere()
        if self.weights.uniform:  # one factor, which may have been left out anywhere
            yield self._promising(False, 1)
            yield self.scaled_back

    @cached_property
    def _counted(self) -> Batch:
        """Bounds that loops count to, without what is added to them or taken away: few, and often that is all."""
        found: Batch = []
        for root in dict.fromkeys((*self.program.iterated, *self.program.roots)) if self.observations else ():
            inside = self.program.inside(self.program.expression(root))
            spans = [self.program.span(part) for part in inside if counts_up(self.program, part)]
            for edit in edits(self.program, root, self.reach(root), below=_OBVIOUS) if spans else ():
                if root in self.program.iterated or any(map(edit.within, spans)):
                    found.append((edit, edit.cost))
        return found

    @cached_property
    def scaled_back(self) -> Batch:
        """What undoes the factor that all gradients are off by, where something is worth as much."""
        carried = next(factors for name, factors in self.weights.carried.items() if name != "loss")
        factors = [factor for factor in carried if factor]
        roots = [suspect.root for group in (True, False) for suspect in self.groups[group]]
        if not roots or len(factors) < len(carried):
            return []
        found = [
            *renumbered(self.program, factors),
            *rescalings(self.trial, self.program, roots, self.reach, factors),
        ]
        return [(edit, edit.cost) for edit in found][:_RUNS_BLIND]

    @cached_property
    def _undecided(self) -> Batch:
        """Small edits of what no value tells of."""
        return [
            (edit, edit.cost)
            for root, places in (deciding(self.program).items() if self.observations else ())
            for edit in edits(self.program, root, self.reach(root), below=_TIERS[0])
            if (edit.start, edit.end) in places
        ]

    @cached_property
    def _statements(self) -> Batch:
        """Edits of whole statements, likeliest first; of equally likely ones those on suspicious lines."""
        ranks: dict[int, float] = {}
        for suspect in self.ranked:
            line = self.program.expression(suspect.root).lineno
            ranks[line] = min(self.hinted(suspect), ranks.get(line, _UNSUSPECTED))

        def suspicion(edit: Edit) -> float:
            first, last = (self.program.position(offset)[0] for offset in (edit.start, edit.end))
            return min(ranks.get(line, _UNSUSPECTED) for line in range(first, last + 1))

        found = sorted(
            (*rearrangements(self.program), *self._removals), key=lambda edit: (edit.cost, suspicion(edit))
        )
        return [(edit, edit.cost) for edit in found]

    @cached_property
    def _removals(self) -> tuple[Edit, ...]:
        return tuple(removals(self.program, self.parameters, self.made))

    @property
    def surplus(self) -> Batch:
        """Statements that change what is there already, each removed."""
        return [(edit, edit.cost) for edit in self._removals]

    @cached_property
    def sharing(self) -> Batch:
        """What parts two names of one array that is changed: rather than formulas that make up for it."""
        return [(edit, edit.cost) for edit in shared(self.program)]

    @cached_property
    def _companions(self) -> Batch:
        """Statements and entries that may be missing."""
        if not self.observations:
            return []
        reach = partial(self.reach, anew=True)
        found = companions(self.trial, self.program, self.twins, reach, self.weights)
        return [(edit, edit.cost) for edit in found]

    @cached_property
    def lacking(self) -> Batch:
        """Statements that may be missing, where some gradient is nothing at all, or biases decay."""
        found = sorted(self._companions, key=lambda pair: pair[1])[:_RUNS_A_BATCH] if self.nothing else []
        decays = self.observations and self.observations[0].table.trace.decay
        made = undecayed(self.program, self.observations[0]) if decays else ()
        return [*((edit, edit.cost) for edit in made), *found]

    @cached_property
    def openings(self) -> Batch:
        """The same, of which only the value is open; and names that may have to be made anew."""
        if not self.observations:
            return []
        found = [*remakings(self.program, self.crash_line)]
        if self.nothing:
            found += openings(self.program, self.twins, self.observations[0], self.nothing)
        return [(edit, edit.cost) for edit in found]

    def headers(self) -> Iterator[Batch]:
        """Edits of assignments, conditions and headers that do more than take one name for another: few, cheap."""
        yield self.rearranged()
        small = [pair for pair in self._undecided if not renames(self.program.text, pair[0])]
        yield sorted(small, key=lambda pair: pair[1])

    @cached_property
    def at_the_crash(self) -> Batch:
        """Small edits of what a probe crashed on."""
        roots = [root for root in self.program.roots if self._crashes(root)] if self.observations else []
        found = [(edit, edit.cost) for root in roots for edit in edits(self.program, root, self.reach(root))]
        return sorted((pair for pair in found if pair[1] < _TIERS[-2]), key=lambda pair: pair[1])[:_RUNS_CRASHED]

    def _crashes(self, root: Root) -> bool:
        """Whether an expression stands where a probe crashed."""
        node = self.program.expression(root)
        return self.crash_line is not None and node.lineno <= self.crash_line <= (node.end_lineno or 0)

    def instead(self, odd: bool) -> Iterator[Batch]:
        """What may be the one mistake behind several edits, the more so where these are odd."""
        yield from self.headers()
        yield self.elsewhere()
        yield from self.blindly() if odd else ()

    @cached_property
    def waking(self) -> Batch:
        """Small edits of conditions of which one way out is there and was never taken."""
        spans = [self.program.span(one.test) for one in self.one_sided]
        found = [pair for pair in (self._undecided if spans else ()) if any(map(pair[0].within, spans))]
        return sorted(found, key=lambda pair: pair[1])

    def rearranged(self) -> Batch:
        """Likely edits of whole statements."""
        return [pair for pair in self._statements if pair[1] < _TIERS[0]]

    @property
    def turned(self) -> Batch:
        """Steps up for steps down, and back."""
        text = self.program.text
        return [
            (edit, cost)
            for edit, cost in self._statements
            if {text[edit.start : edit.end], edit.replacement} == {"+=", "-="}
        ]

    @property
    def unsigned(self) -> Batch:
        """A minus left out of what is right by itself, as a step in the wrong direction is: `w - (-rate) * g`."""
        text = self.program.text
        return [
            (edit, cost)
            for edit, cost in self.elsewhere()
            if (changed := text[edit.start : edit.end].strip("( ")).startswith("-")
            and edit.replacement.strip("()") in changed
        ]

    def less_likely(self) -> Iterator[Batch]:
        """Small edits elsewhere, larger ones at suspicious places, and whole new operands there."""
        yield self.elsewhere()
        yield from self.larger()
        yield from self.anew()
        yield self._promising(*_COMPLETED, after=_FAR_FETCHED)

    def larger(self) -> Iterator[Batch]:
        """Less likely edits at suspicious places, of which there are many."""
        yield from self._in_portions(*_LARGER)

    def at_the_hint(self) -> Iterator[Batch]:
        """Less likely edits where the mistake is told to be."""
        number = sum(self.hinted(suspect) == 0 for suspect in self.groups[True])  # they come first
        if number:
            yield self._collected_of(*_LARGER, 0, number)

    def elsewhere(self, cost: float = 0.0) -> Batch:
        """Small edits at places that aren't suspicious; larger ones, too, where one cost so much."""
        found = [*self._promising(False, 0), *(self._promising(False, 1) if cost >= _TIERS[0] else ())]
        return sorted(found, key=lambda pair: pair[1])

    def untold(self) -> Iterator[Batch]:
        """
        Small edits of what is no quantity, neither before nor after, once these were evaluated.

        Of other names only those that nothing else uses.
        """
        small = (pair for pair in (*self.blind, *self.unseen) if pair[0].cost < _TIERS[0])
        found = [pair for pair in small if not renames(self.program.text, pair[0]) or self._uses_idle(pair[0])]
        found.sort(key=lambda pair: pair[1])
        yield found[:_RUNS_UNTOLD]
        yield found[_RUNS_UNTOLD : 2 * _RUNS_UNTOLD]

    def _uses_idle(self, edit: Edit) -> bool:
        """Whether an edit uses what nothing else does, where that is rare."""
        idle = self.reach(edit.root).idle if edit.root is not None else ()
        return len(idle) <= FEW and not set(re.findall(r"\w+", edit.replacement)).isdisjoint(idle)

    def anew(self) -> Iterator[Batch]:
        """Whole new operands at suspicious places."""
        yield self._promising(*_COMPLETED)

    def at_once(self) -> Iterator[Batch]:
        """What is worth a try before mistakes are looked for one by one."""
        yield self.elsewhere()
        yield from self.anew()
        yield from self.blindly()

    def exchanges(self) -> Iterator[Batch]:
        """What is taken for another in the forward pass, likeliest first; once edits were evaluated."""
        yield sorted(self.exchanged, key=lambda pair: pair[1])[:_RUNS_BLIND]

    def advances(self, outcome: Outcome) -> bool:
        """Whether an edit makes what every right program has and this one lacks, or mends the forward pass."""
        present = [self.weights.present[probe] for probe in outcome.probes]
        made = [
            set(match.names) - set(has) if match else set()
            for match, has in zip(outcome.then, present, strict=True)
        ]
        if not set.intersection(*made).isdisjoint(SPINE):
            return True
        forward = all(match and match.forward for match in outcome.then)
        lacks = all(
            match and is_lacking(match.name, has) for match, has in zip(outcome.then, present, strict=True)
        )
        return forward and improves(outcome) and (lacks or all(outcome.now))

    def _takes_an_input(self, outcome: Outcome) -> bool:
        """Whether something else, a gradient or a number, is made a parameter or data as it was given."""
        forward = all(match and match.forward and match.name != PLAIN for match in outcome.now)
        return not forward and all(match and match.name in INPUTS for match in outcome.then)

    def _is_bared(self, outcome: Outcome) -> bool:
        """Whether an expression becomes a part of itself, and that is a quantity which is made nowhere else."""
        assert outcome.edit.root is not None
        seen, (then, *_) = self.observations[outcome.probes[0]], outcome.then
        inside = {self.program.number(part) for part in ast.walk(self.program.expression(outcome.edit.root))}
        return (
            then is not None
            and then.name in self.weights.present[outcome.probes[0]]
            and not any(
                then.name in match.names
                for number in seen.values
                if number not in inside and (match := seen.match(number)) is not None
            )
        )

    def _is_0_by_chance(self, outcome: Outcome) -> bool:
        """Whether something of the pass is taken for another thing that happens to be 0 when it is asked for."""
        pairs = [*zip(outcome.now, outcome.then, strict=True)]
        nothing = bool(pairs) and all(now and comes_to_nothing(now, then) for now, then in pairs)
        return nothing and renames(self.program.text, outcome.edit)

    def turns_off(self, outcome: Outcome) -> bool:
        """Whether an update changes nothing any more with an edit: right gradients, and nothing is learnt."""
        if outcome.edit.root is None or not all(outcome.then) or not outcome.then:
            return False
        statement = self.program.nodes[outcome.edit.root.statement]
        if step(statement) is self.program.expression(outcome.edit.root):
            return all(then.name == NOTHING for then in outcome.then if then)
        updated = all(now and now.name.startswith("updated ") for now in outcome.now)
        return updated and all(then.name in (*INPUTS, *TOGETHER) for then in outcome.then if then)

    def guided(self, of_both: bool = False, opened: bool = False) -> Iterator[Batch]:
        """
        Edits of any size at the first places where a right value makes gradients right, if they give it.

        Where something was put in, as `opened` says, a whole gradient may be missing.
        """
        places = self.serving_both if of_both else self.proved
        if opened:  # elsewhere a right value may only keep the program from failing
            places = tuple(sorted(places, key=lambda one: -len(one.mended)))
        for one in places[:_GUIDED]:
            found = outcomes(
                self.trial, self.program, {one.root: list(self._offered(one.root, one.quantities, opened))}
            )
            expected = {*one.quantities, NOTHING}  # which something may be put into or added to
            telling = [
                outcome
                for outcome in found
                if not self.turns_off(outcome)
                if outcome.blind or all(m and not expected.isdisjoint(m.names) for m in outcome.then)
            ]
            yield sorted(((one.edit, one.edit.cost) for one in telling), key=lambda pair: pair[1])

    def filling(self) -> Iterator[Batch]:
        """What a statement that was put in ought to say."""
        yield from self.guided(opened=True)
        yield from self.guided(of_both=True, opened=True)

    def _offered(
        self,
        root: Root,
        lacks: Sequence[str] = (),
        opened: bool = False,
        after: float = 0.0,
        below: float = _TIERS[-1],
    ) -> Iterator[Edit]:
        """Edits of an expression within a range of cost; among the costliest whole new ones, for what it lacks."""
        reach, renamings = self.reach(root), self.renamings(root)
        small = (edits(self.program, root, reach, below=below), counterparts(self.program, root, reach, renamings))
        yield from (edit for some in small for edit in some if after <= edit.cost < below)
        if below == _TIERS[-1]:
            present = self.weights.present[0].keys() - {*lacks}
            yield from completions(self.trial, self.program, root, reach, present, whole=opened)
            yield from likenesses(self.program, root, reach, renamings)

    def blindly(self) -> Iterator[Batch]:
        """Cheap edits of what has no value of its own: whole statements, conditions; other names last."""
        unclear = [*self.blind, *self._undecided]
        others = [renames(self.program.text, edit) for edit, _ in unclear]
        other_names = list(itertools.compress(unclear, others))
        rest = [pair for pair, other in zip(unclear, others, strict=True) if not other]
        for blind in (self._statements, self._companions, rest, other_names):
            yield sorted(blind, key=lambda pair: pair[1])[:_RUNS_BLIND]

    def quickly(self) -> Iterator[Batch]:
        """Likely edits."""
        yield from self.likely()
        yield from self.headers()

    def surely(self) -> Iterator[Batch]:
        """The same, what a right value tells of, and whole new operands."""
        yield from self.quickly()
        yield from self.guided()
        yield from self.anew()

    def thoroughly(self) -> Iterator[Batch]:
        """All but what is unlikely."""
        for some in (self.surely, self.less_likely, self.blindly):
            yield from some()

    def rest(self) -> Iterator[Batch]:
        """All that is left."""
        for suspicious, tier in _REST:
            yield self._promising(suspicious, tier)
        unseen = sorted([*self.blind, *self.unseen, *self._not_run()], key=lambda pair: pair[1])
        for start in range(0, len(unseen), _RUNS_UNSEEN):
            yield unseen[start : start + _RUNS_UNSEEN]

    def _not_run(self) -> Iterator[tuple[Edit, float]]:
        """Small edits of what was never run, which may be why it wasn't."""
        known = {suspect.root for group in self.groups.values() for suspect in group}
        for root in self.program.roots if self.observations else ():
            if root not in known and not is_condition(self.program, root):
                found = edits(self.program, root, self.reach(root), below=_TIERS[0])
                yield from ((edit, edit.cost) for edit in found)

    def where_made(self, edit: Edit) -> Batch:
        """Small edits of what an edited statement uses, where that is no step: of a part no value tells."""
        statements = makers(self.program, edit)[:_MAKERS] if self.observations else []
        numbers = {self.program.number(one) for one in statements}
        roots = [one for one in self.program.roots if one.statement in numbers]
        unclear = [one for one in roots if self.observations[0].match(one.expression) is None]
        found = (one for root in unclear for one in edits(self.program, root, self.reach(root), below=_TIERS[0]))
        telling = [(one, one.cost) for one in found if not renames(self.program.text, one)]
        return sorted(telling, key=lambda pair: pair[1])

    def hoisted(self, edit: Edit) -> Edit | None:
        """Move an edit to where a name was made, unless that made a step of the pass that is right there."""
        evaded = into_helper(self.program, edit)
        if evaded is not None:
            return evaded
        moved = hoisted(self.program, edit)
        if moved is None or moved.root is None or isinstance(self.program.expression(moved.root), ast.Name):
            return moved
        match = self.observations[0].match(moved.root.expression)
        return moved if match is None or match.part or match.name in INPUTS else None

    def _portions(self, group: list[Suspect]) -> list[tuple[int, int]]:
        """Parts of a group that are evaluated together: all where it is quick, a few of loops and large arrays."""
        bounds, load = [0], 0.0
        for index, suspect in enumerate(group):
            values = self.observations[0].values.get(suspect.root.expression, ())
            load += max(1.0, sum(1 + value.size / _LARGE for value in values[:_OFTEN]))
            if load > _LOAD:
                bounds, load = [*bounds, index + 1], 0.0
        ends = [*bounds[1:], len(group)]
        return [(start, end - start) for start, end in zip(bounds, ends, strict=True) if end > start]

    def _in_portions(self, suspicious: bool, tier: int) -> Iterator[Batch]:
        """What is promising, the most suspicious places first."""
        for after, number in self._portions(self.groups[suspicious]):
            yield self._collected_of(suspicious, tier, after, number)

    def _promising(self, suspicious: bool, tier: int, after: int = 0) -> Batch:
        """Edits of a group that make their expression a right quantity, likeliest first."""
        if (suspicious, tier) == (True, len(_TIERS) - 1):
            return self._collected_of(suspicious, tier, after, _FAR_FETCHED)
        return sorted(
            itertools.chain.from_iterable(self._in_portions(suspicious, tier)), key=lambda pair: pair[1]
        )[:_RUNS_A_BATCH]

    def _collected_of(self, suspicious: bool, tier: int, after: int, number: int) -> Batch:
        """The same of some suspects of a group; collected once."""
        key = (suspicious, tier, after, number)
        if key not in self._collected and not self.spent():
            self._collected[key] = self._collect(*key)
        return self._collected.get(key, [])

    def _collect(self, suspicious: bool, tier: int, after: int, number: int) -> Batch:
        wanted: dict[Root, list[Edit]] = {}
        group = self.groups[suspicious][after : after + number]
        for suspect in group:
            lowest = _TIERS[tier - 1] if tier else 0.0
            wanted[suspect.root] = list(self._offered(suspect.root, after=lowest, below=_TIERS[tier]))
        ranks = {suspect.root: suspect for suspect in group}
        weighed: Batch = []
        for outcome in outcomes(self.trial, self.program, wanted):
            edit = outcome.edit
            assert edit.root is not None
            if self.turns_off(outcome) or self._is_0_by_chance(outcome):
                continue
            suspect = ranks[edit.root]
            weight = self.weights.weigh(outcome)
            vacuous = all(match is None or match.name == NOTHING for match in outcome.now)
            number = vacuous and all(match and match.name == PLAIN for match in outcome.then)
            nothing = not any(outcome.then)
            if outcome.blind or number or (nothing and (self.is_constant(edit.root) or self.acts(edit.root))):
                self.blind.append((edit, edit.cost + 0.1 * suspect.rank))
            if weight is not None:
                advances = self.advances(outcome)
                mistaken = self.hinted(suspect) < 1 and renames(self.program.text, edit)
                right = outcome.now and all(match and match.forward and match.itself for match in outcome.now)
                if right and renames(self.program.text, edit):
                    self.exchanged.append((edit, weight))
                handed = hands_on(self.program, edit.root)
                weight += _HANDED * handed - _MISTAKEN * (mistaken and not right and not handed)
                expected = _EXPECTED * (advances and (suspicious, tier) == _COMPLETED)
                weighed.append((edit, weight + 0.2 * min(suspect.rank, self.hinted(suspect)) - expected))
                if isinstance(self.program.expression(edit.root), ast.Constant):
                    pass  # a number in the place of an array may be a mistake, but leads to no other
                elif advances:
                    self.spine.append((edit, weight))
                elif improves(outcome) and not self._takes_an_input(outcome):
                    self.detours.append((edit, weight - _BARED * self._is_bared(outcome)))
            elif not outcome.blind and nothing and (suspicious or not all(outcome.now)):
                if self._uses_idle(edit):
                    weighed.append((edit, edit.cost - _IDLE))
                self.unseen.append((edit, edit.cost + 0.3 * suspect.rank))
        weighed.sort(key=lambda pair: pair[1])
        of_place = Counter[Root]()
        kept: Batch = []
        for place, (edit, weight) in enumerate(weighed):
            assert edit.root is not None
            of_place[edit.root] += 1
            likely = ranks[edit.root].rank <= DIVERGED and of_place[edit.root] <= _RUNS_A_PLACE
            (kept if place < _RUNS_A_BATCH or likely else self.unseen).append((edit, weight))
        return kept


def improves(outcome: Outcome) -> bool:
    """Whether an edit makes a quantity of what was none, or only a part of one, or one with a wrong factor."""
    vague = all(match is None or match.part or match.scaled for match in outcome.now)
    vacuous = (NOTHING, PLAIN)
    return vague and all(match and not match.part and match.name not in vacuous for match in outcome.then)
