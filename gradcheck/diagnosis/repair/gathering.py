"""What the expressions of one version of a program offer: edits of them, evaluated, weighed and told apart."""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN, SPINE, TOGETHER, is_lacking
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import step
from gradcheck.diagnosis.locate.suspects import DIVERGED, Suspect, hands_on, is_length
from gradcheck.diagnosis.locate.uses import names_given
from gradcheck.diagnosis.repair.completing import completions
from gradcheck.diagnosis.repair.edits import Edits
from gradcheck.diagnosis.repair.evaluating import Outcome, outcomes
from gradcheck.diagnosis.repair.preferring import comes_to_nothing
from gradcheck.diagnosis.repair.rescaling import DECAYED, decays
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.varying import counterparts, likenesses, terms
from gradcheck.diagnosis.repair.viewing import Hint, View
from gradcheck.diagnosis.repair.writing import Edit, renames
from gradcheck.submissions.job import JobResult
from gradcheck.submissions.trees import walk

TIERS = (1.45, 1.75, 2.0, 9.0)  # how unlikely an edit may be to be evaluated in each round; most are in the third
COMPLETED = (True, 3)
RUNS_A_BATCH = 40
_RUNS_IDLE = 12
_RUNS_A_PLACE = 4  # at least, where a value goes wrong
_EXPECTED = 0.5  # of whole new expressions those that every right program has and this one lacks
FAR_FETCHED = 3  # suspects for which whole new expressions are made
_LOAD = 40.0  # values that are evaluated together for each edit
_MISTAKEN = 0.8  # less where a name is what a mistake is thought to be at: what it was taken for is there already
_HANDED = 0.4  # more where something is only handed on: it is what it was made before
_BARED = 0.8  # less for what a part of an expression is, and nothing else
_IDLE = 0.5  # less for what is made of something that nothing else is made of
_OFTEN = 16
_LARGE = 5000  # entries of an array that take as long as a single number
Batch = list[tuple[Edit, float]]


class Gathering(View):
    """
    A version of a program, and edits of its expressions, round by round: small ones of suspicious places first.

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

    def __init__(self, trial: Trial, text: str, hints: tuple[Hint, ...], watched: JobResult | None = None) -> None:
        super().__init__(trial, text, hints, watched)
        self.spent: Callable[[], bool] = lambda: False
        self.detours: Batch = []
        self.spine: Batch = []
        self._collected: dict[tuple[bool, int, int, int], Batch] = {}
        self.unseen: Batch = []
        self.blind: Batch = []
        self.exchanged: Batch = []
        self._edits: dict[Root, Edits] = {}

    def small_edits(self, root: Root, below: float) -> Iterator[Edit]:
        """Small edits of an expression that cost less than so much."""
        if root not in self._edits:
            self._edits[root] = Edits(self.program, root, self.reach(root))
        return self._edits[root].below(below)

    def offered(
        self,
        root: Root,
        lacks: Sequence[str] = (),
        opened: bool = False,
        after: float = 0.0,
        below: float = TIERS[-1],
    ) -> Iterator[Edit]:
        """
        Edits of an expression within a range of cost; among the costliest whole new ones, for what it lacks.

        None brings a name that only loops give values to that are over there; of comprehensions in the expression
        it is their own. None leaves out a call that sets something elsewhere: what that is for stays undone.
        """
        found = self._all_offered(root, lacks, opened, after, below)
        node = self.program.expression(root)
        gone = self.program.scopes.over(node) - {one.id for one in names_given(walk(node))}
        known = (edit for edit in found if not gone or gone.isdisjoint(re.findall(r"\w+", edit.replacement)))
        sensible = self.kinds.makes_sense if self.by_numbers else lambda _: True
        yield from (edit for edit in known if not self.stills(edit) and sensible(edit))

    def _all_offered(
        self, root: Root, lacks: Sequence[str], opened: bool, after: float, below: float
    ) -> Iterator[Edit]:
        reach, renamings = self.reach(root), self.renamings(root)
        due = after <= DECAYED < below  # else there is nothing to run the program for
        decayed = decays(self.trial, self.program, root, reach, self.observations[0]) if due else ()
        small: tuple[Iterable[Edit], ...] = (
            self.small_edits(root, below),
            counterparts(self.program, root, reach, renamings),
            terms(self.program, root, reach, renamings),
            decayed,
        )
        yield from (edit for some in small for edit in some if after <= edit.cost < below)
        if below == TIERS[-1]:
            present = self.weights.present[0].keys() - {*lacks}
            yield from completions(self.trial, self.program, root, reach, present, whole=opened)
            yield from likenesses(self.program, root, reach, renamings)

    def in_portions(self, suspicious: bool, tier: int) -> Iterator[Batch]:
        """What is promising, the most suspicious places first."""
        for after, number in self._portions(self.groups[suspicious]):
            yield self.collected_of(suspicious, tier, after, number)

    def promising(self, suspicious: bool, tier: int, after: int = 0) -> Batch:
        """Edits of a group that make their expression a right quantity, likeliest first."""
        if (suspicious, tier) == (True, len(TIERS) - 1):
            return self.collected_of(suspicious, tier, after, FAR_FETCHED)
        found = itertools.chain.from_iterable(self.in_portions(suspicious, tier))
        return sorted(found, key=lambda pair: pair[1])[:RUNS_A_BATCH]

    def collected_of(self, suspicious: bool, tier: int, after: int, number: int) -> Batch:
        """The same of some suspects of a group; collected once."""
        key = (suspicious, tier, after, number)
        if key not in self._collected and not self.spent():
            self._collected[key] = self._collect(*key)
        return self._collected.get(key, [])

    def _collect(self, suspicious: bool, tier: int, after: int, number: int) -> Batch:
        wanted: dict[Root, list[Edit]] = {}
        group = self.groups[suspicious][after : after + number]
        for suspect in group:
            lowest = TIERS[tier - 1] if tier else 0.0
            wanted[suspect.root] = list(self.offered(suspect.root, after=lowest, below=TIERS[tier]))
        ranks = {suspect.root: suspect for suspect in group}
        weighed: Batch = []
        idle: Batch = []
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
                expected = _EXPECTED * (advances and (suspicious, tier) == COMPLETED)
                weighed.append((edit, weight + 0.2 * min(suspect.rank, self.hinted(suspect)) - expected))
                node = self.program.expression(edit.root)
                if isinstance(node, ast.Constant) or is_length(node):
                    pass  # a number in the place of an array may be a mistake, but leads to no other
                elif advances:
                    self.spine.append((edit, weight))
                elif self._rights_loss(outcome) or (improves(outcome) and not self._takes_an_input(outcome)):
                    self.detours.append((edit, weight - _BARED * self._is_bared(outcome)))
            elif not (outcome.blind or all(outcome.then)) and (suspicious or not all(outcome.now)):
                if self.uses_idle(edit):
                    idle.append((edit, edit.cost - _IDLE))
                self.unseen.append((edit, edit.cost + 0.3 * suspect.rank))
        weighed.sort(key=lambda pair: pair[1])
        of_place = Counter[Root]()
        kept: Batch = []
        for place, (edit, weight) in enumerate(weighed):
            assert edit.root is not None
            of_place[edit.root] += 1
            likely = ranks[edit.root].rank <= DIVERGED and of_place[edit.root] <= _RUNS_A_PLACE
            (kept if place < RUNS_A_BATCH or likely else self.unseen).append((edit, weight))
        kept += sorted(idle, key=lambda pair: pair[1])[:_RUNS_IDLE]  # of which no value speaks for any
        return sorted(kept, key=lambda pair: pair[1])

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

    def uses_idle(self, edit: Edit) -> bool:
        """Whether an edit uses what nothing else does, where that is rare."""
        idle = self.reach(edit.root).idle if edit.root is not None else ()
        return len(idle) <= FEW and not set(re.findall(r"\w+", edit.replacement)).isdisjoint(idle)

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

    def turns_off(self, outcome: Outcome) -> bool:
        """Whether an update changes nothing any more with an edit: right gradients, and nothing is learnt."""
        if outcome.edit.root is None or not all(outcome.then) or not outcome.then:
            return False
        statement = self.program.nodes[outcome.edit.root.statement]
        if step(statement) is self.program.expression(outcome.edit.root):
            return all(then.name == NOTHING for then in outcome.then if then)
        updated = all(now and now.name.startswith("updated ") for now in outcome.now)
        return updated and all(then.name in (*INPUTS, *TOGETHER) for then in outcome.then if then)

    def _rights_loss(self, outcome: Outcome) -> bool:
        """Whether a loss that isn't shown is made right, as others may be made of it."""
        pairs = [*zip(outcome.now, outcome.then, strict=True)]
        rights = all(now and now.of_loss and not now.itself and then and then.itself for now, then in pairs)
        return bool(pairs) and rights and not self.weights.loss_is_wrong

    def _takes_an_input(self, outcome: Outcome) -> bool:
        """Whether something else, a gradient or a number, is made a parameter or data as it was given."""
        forward = all(match and match.forward and match.name != PLAIN for match in outcome.now)
        return not forward and all(match and match.name in INPUTS for match in outcome.then)

    def _is_bared(self, outcome: Outcome) -> bool:
        """Whether an expression becomes a part of itself, and that is a quantity which is made nowhere else."""
        assert outcome.edit.root is not None
        seen, (then, *_) = self.observations[outcome.probes[0]], outcome.then
        inside = {self.program.number(part) for part in walk(self.program.expression(outcome.edit.root))}
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


def improves(outcome: Outcome) -> bool:
    """Whether an edit makes a quantity of what was none, or only a part of one, or one with a wrong factor."""
    vague = all(match is None or match.part or match.scaled for match in outcome.now)
    vacuous = (NOTHING, PLAIN)
    return vague and all(match and not match.part and match.name not in vacuous for match in outcome.then)
