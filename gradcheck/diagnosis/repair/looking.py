"""What one version of a program offers: edits of its suspicious expressions, the likeliest first."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial

from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.suspects import UNKNOWN
from gradcheck.diagnosis.repair import uneven
from gradcheck.diagnosis.repair.calling import FILLED
from gradcheck.diagnosis.repair.counting import counts_up, slice_ends
from gradcheck.diagnosis.repair.deciding import deciding, is_condition
from gradcheck.diagnosis.repair.dividing import divided_by_data, floored
from gradcheck.diagnosis.repair.evaluating import outcomes
from gradcheck.diagnosis.repair.forgotten import openings, remakings, unadded, undecayed, unset
from gradcheck.diagnosis.repair.gathering import COMPLETED, FAR_FETCHED, RUNS_A_BATCH, TIERS, Batch, Gathering
from gradcheck.diagnosis.repair.hoisting import (
    callers_of,
    hoisted,
    into_asked,
    into_default,
    into_helper,
    into_nothing,
    makers,
    makers_of,
)
from gradcheck.diagnosis.repair.inserting import companions
from gradcheck.diagnosis.repair.labelled import labelled
from gradcheck.diagnosis.repair.needless import removals
from gradcheck.diagnosis.repair.rescaling import divided, redecayed, renumbered, rescalings
from gradcheck.diagnosis.repair.sharing import originals, shared
from gradcheck.diagnosis.repair.slips import slips
from gradcheck.diagnosis.repair.structure import rearrangements, turned_round
from gradcheck.diagnosis.repair.writing import Edit, renames
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_SMALL, _MIDDLING, _LARGER = (True, 0), (True, 1), (True, 2)  # whether at suspicious places, and in which round
_REST = ((False, 1), (False, 2), (False, 3))
_SMALLEST = 1.0
_SMALL_NUMBER = 1.2  # one more or less
_OBVIOUS = 0.95  # edits of a bound that only take something away
_RUNS_CRASHED = 60
_RUNS_INSTEAD = 60  # of what rarely is the one mistake behind several
_RUNS_UNSEEN = 150
_RUNS_BLIND = 160
_RUNS_UNTOLD = 100
_RUNS_CHEAP, _RUNS_A_PORTION = 600, 120
_CHEAP = 1.21  # more than other operators, signs and numbers cost
_CHEAP_OF_NUMBERS = 1.36  # and more than what a factor that nothing uses does
_OF_ARRAYS = re.compile(r"\.T\b|@|\.dot\(|reshape|\baxis\b")
_FOR_RANK, _RENAMED = 0.02, 0.5
_GUIDED = 2
_MAKERS = 2
_COMPARED = 6
_UNSUSPECTED = 100.0  # rank of what nothing speaks against


class Look(Gathering):
    """What a version of a program offers to a search, in batches: the likeliest edits first."""

    def small(self) -> Iterator[Batch]:
        """The smallest edits that make their expression a right quantity, at suspicious places."""
        yield [*self.slips, *self._counted]
        yield from self.in_portions(*_SMALL)

    def likely(self) -> Iterator[Batch]:
        """Small edits that make their expression a right quantity: at suspicious places; of a factor, all over."""
        yield from self.small()
        yield from self.in_portions(*_MIDDLING)
        if self.weights.rescaled:
            yield self.elsewhere()
        if self.weights.uniform:  # one factor, which may have been left out anywhere
            yield self.promising(False, 1)
        yield self.scaled_back

    @cached_property
    def slips(self) -> Batch:
        """Slips of the pen, whatever the gradients are."""
        found = [*slips(self.program, self.trial.contract.gradients.values())]
        ran = [*zip(self.observations, self.trial.probes, strict=False)]
        for seen, probe in ran[-1:]:  # where sizes differ most
            found += divided_by_data(self.program, seen, probe.sizes["n"])
            found += floored(self.program, seen)
        return [(edit, edit.cost) for edit in found if self._matters(edit)]

    def _matters(self, edit: Edit) -> bool:
        """Whether anything was run of the statements among which an edit is made."""
        statements = (node for node in self.program.nodes if isinstance(node, ast.stmt))
        around = [one for one in statements if edit.within(self.program.span(one))]
        innermost = min(around, key=lambda one: len(self.program.segment(one)), default=None)
        return innermost is None or not self.observations or self.ran(self.program.block(innermost))

    @cached_property
    def _counted(self) -> Batch:
        """Bounds of loops and slices, without what is added to them or taken away: few, and often that is all."""
        found: Batch = [(edit, edit.cost) for edit in slice_ends(self.program)]
        for root in dict.fromkeys((*self.program.iterated, *self.program.roots)) if self.observations else ():
            inside = self.program.inside(self.program.expression(root))
            spans = [self.program.span(part) for part in inside if counts_up(self.program, part)]
            for edit in self.small_edits(root, _OBVIOUS) if spans else ():
                if root in self.program.iterated or any(map(edit.within, spans)):
                    found.append((edit, edit.cost))
        return found

    @cached_property
    def scaled_back(self) -> Batch:
        """What undoes the factor that gradients, decays or the loss have, where something is worth as much."""
        factors, decays = self.weights.shared or self.weights.of_loss, self.decays
        roots = [suspect.root for group in (True, False) for suspect in self.groups[group]]
        found: list[Edit] = []
        if roots and factors:
            found += divided(self.trial, self.program, self.program.roots, self.reach, factors)
            found += renumbered(self.program, factors)
            found += rescalings(self.trial, self.program, roots, self.reach, factors)
        if roots and decays:
            rates = [*redecayed(self.trial, self.program, roots, self.reach, decays)]
            found += rates or renumbered(self.program, decays)  # rather one with a name
        return [(edit, edit.cost) for edit in found][:_RUNS_BLIND]

    @cached_property
    def _undecided(self) -> Batch:
        """Small edits of what no value tells of."""
        return [
            (edit, edit.cost)
            for root, places in (deciding(self.program).items() if self.observations else ())
            for edit in self.small_edits(root, TIERS[0])
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

        beside = unadded(self.program, self.twins) if self.observations else ()
        labels = labelled(self.program, self.observations[0]) if self.observations else ()
        others = (edit for edit, _ in self.uneven)
        found = (*rearrangements(self.program), *self._removals, *beside, *labels, *others)
        return [(edit, edit.cost) for edit in sorted(found, key=lambda edit: (edit.cost, suspicion(edit)))]

    @cached_property
    def uneven(self) -> Batch:
        """What is done to several things alike, and not to one."""
        return [(edit, edit.cost) for edit in uneven.unevenly(self.program)]

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
        found = companions(self.trial, self.program, self.twins, reach, self.weights, self.spent)
        return [(edit, edit.cost) for edit in found]

    @cached_property
    def lacking(self) -> Batch:
        """Statements that may be missing, where some gradient is nothing at all, or biases decay."""
        found = sorted(self._companions, key=lambda pair: pair[1])[:RUNS_A_BATCH] if self.nothing else []
        decays = self.observations and self.observations[0].table.trace.decay
        made = undecayed(self.program, self.observations[0]) if decays else ()
        begun = (*uneven.left_unset(self.program), *uneven.of_biases(self.program)) if self.nothing else ()
        return [*((edit, edit.cost) for edit in (*made, *begun)), *found]

    @property
    def uncopied(self) -> Batch:
        """What was copied, where some gradient is nothing: an update of the copy is none."""
        return [(edit, edit.cost) for edit in originals(self.program)] if self.nothing else []

    @cached_property
    def openings(self) -> Batch:
        """The same, of which only the value is open; and names that may have to be made anew."""
        if not self.observations:
            return []
        found = [*remakings(self.program, self.crash_line)]
        if self.nothing:
            found += openings(self.program, self.twins, self.observations[0], self.nothing)
            found += unset(self.program, self.trial.contract.gradients.values())
        return [(edit, edit.cost) for edit in found]

    def headers(self) -> Iterator[Batch]:
        """Edits of assignments, conditions and headers that do more than take one name for another: few, cheap."""
        yield self.rearranged()
        small = [pair for pair in self._undecided if not renames(self.program.text, pair[0])]
        yield sorted([*small, *self._filled_otherwise, *self._other_items], key=lambda pair: pair[1])

    @cached_property
    def _other_items(self) -> Batch:
        """Another number of what is taken, of an object or of several things at once: `caches[L - 1]`."""
        found: Batch = []
        for root in self.program.roots if self.observations else ():
            if self.observations[0].values.get(root.expression):
                continue
            inside = self.program.inside(self.program.expression(root))
            spans = [self.program.span(one.slice) for one in inside if isinstance(one, ast.Subscript)]
            found += self._within(root, spans, _SMALL_NUMBER)
        return found

    def _within(self, root: Root, spans: Sequence[tuple[int, int]], below: float) -> Batch:
        """Edits of some parts of an expression, as far as they cost less."""
        found = self.small_edits(root, below) if spans else ()
        return [(edit, edit.cost) for edit in found if any(map(edit.within, spans))]

    @cached_property
    def _filled_otherwise(self) -> Batch:
        """Ones for zeros, and back: of an array that is the same all over no value tells which is meant."""
        found: Batch = []
        for root in self.program.roots if self.observations else ():
            inside = self.program.inside(self.program.expression(root))
            calls = (one for one in inside if isinstance(one, ast.Call) and last_name(one.func) in FILLED)
            rests = {self.program.span(call): self._handed(call) for call in calls}
            for edit in self.small_edits(root, TIERS[0]) if rests else ():
                rest = rests.get((edit.start, edit.end))
                if rest is not None and edit.replacement.endswith(rest):
                    found.append((edit, edit.cost))
        return found

    def _handed(self, call: ast.Call) -> str:
        """The text of a call's arguments, in their parentheses."""
        return self.program.segment(call).removeprefix(self.program.segment(call.func))

    @cached_property
    def at_the_crash(self) -> Batch:
        """Small edits of what a probe crashed on."""
        return self._cheapest(one for some in self._crashing().values() for one in some)

    @cached_property
    def before_the_crash(self) -> Batch:
        """Small edits of what gave that line its names: what it crashed on may have been made so there."""
        return self._cheapest(one for some in self._feeding().values() for one in some)

    @cached_property
    def reviving(self) -> Batch:
        """Edits in both places that make a quantity there which the program lacks, on the probe that crashed."""
        if self.crashed is None or not self.observations or self.spent():
            return []
        found = outcomes(self.trial.alone(self.crashed), self.program, self._feeding() | self._crashing())
        present = {NOTHING, PLAIN, *self.weights.present[0]}
        sensible = (one for one in found if one.makes_sense)
        return self._cheapest(
            one.edit for one in sensible if all(then and present.isdisjoint(then.names) for then in one.then)
        )

    def _crashing(self) -> dict[Root, list[Edit]]:
        """Edits of the expressions that stand where a probe crashed."""
        roots = [root for root in self.program.roots if self._crashes(root)] if self.observations else []
        return {root: list(self.small_edits(root, TIERS[-2])) for root in roots}

    def _feeding(self) -> dict[Root, list[Edit]]:
        """Small edits of the statements, the loops and the calls of its function that gave that line its names."""
        crashing = [root for root in self.program.roots if self._crashes(root)] if self.observations else []
        lines = [self.program.nodes[root.statement] for root in crashing]
        given = [one for line in lines for one in makers_of(self.program, line, loops=True)]
        given += (one for line in lines for one in callers_of(self.program, line))
        numbers = {self.program.number(one) for one in given}
        roots = [one for one in (*self.program.roots, *self.program.iterated) if one.statement in numbers]
        return {root: list(self.small_edits(root, TIERS[0])) for root in roots}

    @staticmethod
    def _cheapest(found: Iterable[Edit]) -> Batch:
        """As many as are worth running where a program may crash."""
        return sorted(((one, one.cost) for one in found), key=lambda pair: pair[1])[:_RUNS_CRASHED]

    def _crashes(self, root: Root) -> bool:
        """Whether an expression stands where a probe crashed."""
        node = self.program.expression(root)
        return self.crash_line is not None and node.lineno <= self.crash_line <= (node.end_lineno or 0)

    def instead(self, odd: bool) -> Iterator[Batch]:
        """What may be the one mistake behind several edits, the more so where these are odd."""
        for batch in self.headers():
            yield batch[:_RUNS_INSTEAD]
        yield self.elsewhere()[:_RUNS_INSTEAD]
        for batch in self.blindly() if odd else ():
            yield batch[:_RUNS_INSTEAD]

    @cached_property
    def waking(self) -> Batch:
        """Small edits of conditions of which one way out is there and was never taken."""
        spans = [self.program.span(one.test) for one in self.one_sided]
        found = [pair for pair in (self._undecided if spans else ()) if any(map(pair[0].within, spans))]
        return sorted(found, key=lambda pair: pair[1])

    def rearranged(self) -> Batch:
        """Likely edits of whole statements."""
        return [pair for pair in self._statements if pair[1] < TIERS[0]]

    def covering(self, edit: Edit) -> Batch:
        """Edits of whole statements that change what another one does, and more."""
        stretch = edit.trimmed(self.program.text)
        return [pair for pair in self._statements if pair[0].covers(stretch)]

    @property
    def turned(self) -> Batch:
        """Steps up for steps down, and back."""
        text = self.program.text
        augmented = [
            (edit, cost)
            for edit, cost in self._statements
            if {text[edit.start : edit.end], edit.replacement} == {"+=", "-="}
        ]
        return [*augmented, *((edit, edit.cost) for edit in turned_round(self.program))]

    @property
    def unsigned(self) -> Batch:
        """A minus left out anywhere: what has one may be right by itself, as a step is: `w - (-rate) * g`."""
        text, roots = self.program.text, self.program.roots if self.observations else ()
        return [
            (edit, edit.cost)
            for root in roots
            for edit in self.small_edits(root, _SMALLEST)
            if (changed := text[edit.start : edit.end].strip("( ")).startswith("-")
            and edit.replacement.strip("()") in changed
        ]

    def less_likely(self) -> Iterator[Batch]:
        """Small edits elsewhere, larger ones at suspicious places, and whole new operands there."""
        yield self.elsewhere()
        yield from self.larger()
        yield from self.anew()
        yield self.promising(*COMPLETED, after=FAR_FETCHED)

    def larger(self) -> Iterator[Batch]:
        """Less likely edits at suspicious places, of which there are many."""
        yield from self.in_portions(*_LARGER)

    def at_the_hint(self) -> Iterator[Batch]:
        """Less likely edits where the mistake is told to be."""
        number = sum(self.hinted(suspect) == 0 for suspect in self.groups[True])  # they come first
        if number:
            yield self.collected_of(*_LARGER, 0, number)

    def elsewhere(self, cost: float = 0.0) -> Batch:
        """Small edits at places that aren't suspicious; larger ones, too, where one cost so much."""
        found = [*self.promising(False, 0), *(self.promising(False, 1) if cost >= TIERS[0] else ())]
        return sorted(found, key=lambda pair: pair[1])

    def untold(self) -> Iterator[Batch]:
        """
        Small edits of what is no quantity, neither before nor after, once these were evaluated.

        Of other names only those that nothing else uses.
        """
        small = (pair for pair in (*self.blind, *self.unseen) if pair[0].cost < TIERS[0])
        found = [pair for pair in small if not renames(self.program.text, pair[0]) or self.uses_idle(pair[0])]
        found.sort(key=lambda pair: pair[1])
        yield found[:_RUNS_UNTOLD]
        yield found[_RUNS_UNTOLD : 2 * _RUNS_UNTOLD]

    def cheaply(self, few: bool = False, within: Collection[str] = ()) -> Iterator[Batch]:
        """
        Small edits of everything, or of some functions, whatever the values are: often these tell little.

        If few, no more than a portion but where it goes number by number: there they hardly ever tell.
        """
        found = self._small_of(within) if within else self._small_of_all
        most = _RUNS_A_PORTION if few and not self.by_numbers else _RUNS_CHEAP * (1 + self.by_numbers)
        for start in range(0, most, _RUNS_A_PORTION):
            yield found[start : start + _RUNS_A_PORTION]

    @cached_property
    def _small_of_all(self) -> Batch:
        """Those of everything, which are asked for more than once."""
        return self._small_of()

    def _small_of(self, within: Collection[str] = ()) -> Batch:
        """Small edits of everything, or of some functions, the cheapest of suspicious places first."""
        ranks = {suspect.root: suspect.rank for suspect in self.ranked}
        roots = (*self.program.roots, *self.program.iterated) if self.observations else ()
        if within:
            roots = tuple(one for one in roots if self._function(one) in within)
        text, below = self.program.text, _CHEAP_OF_NUMBERS if self.by_numbers else _CHEAP
        found = [
            (edit, edit.cost + _FOR_RANK * ranks.get(root, UNKNOWN) + _RENAMED * renames(text, edit))
            for root in roots
            for edit in self.offered(root, below=below)
            if not self.by_numbers or _OF_ARRAYS.search(edit.replacement) is None
        ]
        return sorted(found, key=lambda pair: pair[1])

    @cached_property
    def small_ones(self) -> Batch:
        """Small edits of every kind, whatever the values are, each once, the likeliest first."""
        known: dict[str, tuple[Edit, float]] = {}
        for edit, cost in (*self.slips, *self._statements, *self._undecided, *self._small_of_all):
            if cost < TIERS[0]:
                after = edit.apply(self.program.text)
                if after not in known or cost < known[after][1]:
                    known[after] = edit, cost
        return sorted(known.values(), key=lambda pair: pair[1])

    def _function(self, root: Root) -> str:
        """The name of the function that an expression is evaluated in; none of a lambda or the module."""
        return getattr(self.program.scope(self.program.expression(root)), "name", "")

    def calls_at(self, edit: Edit) -> set[str]:
        """Names of the file's functions that are called where an edit is."""
        around = [node for node in self.program.nodes if isinstance(node, ast.stmt)]
        around = [node for node in around if edit.within(self.program.span(node))]
        last = min(around, key=lambda node: len(self.program.segment(node)), default=None)
        if last is None:
            return set()
        called = {last_name(one.func) for one in walk(last) if isinstance(one, ast.Call)}
        return called & self.program.definitions.keys()

    def anew(self) -> Iterator[Batch]:
        """Whole new operands at suspicious places."""
        yield self.promising(*COMPLETED)

    def at_once(self) -> Iterator[Batch]:
        """What is worth a try before mistakes are looked for one by one."""
        yield self.elsewhere()
        yield from self.anew()
        yield from self.blindly()

    def exchanges(self) -> Iterator[Batch]:
        """What is taken for another in the forward pass, likeliest first; once edits were evaluated."""
        yield sorted(self.exchanged, key=lambda pair: pair[1])[:_RUNS_BLIND]

    def guided(
        self, of_both: bool = False, opened: bool = False, partly: bool = False, below: float = TIERS[-1]
    ) -> Iterator[Batch]:
        """
        Edits of any size at the first places where a right value makes everything right, if they give it.

        Or, partly, only some of it: there an edit may still be of another shape than the value was, and mend the
        rest. Of places that serve both layers it is all of them.
        Where something was put in, as `opened` says, a whole gradient may be missing.
        """
        places = self.serving_both if of_both else self.proved
        if opened:  # elsewhere a right value may only keep the program from failing
            places = tuple(sorted(places, key=lambda one: -len(one.mended)))
        elif not of_both:
            places = tuple(one for one in places if one.whole != partly)
        for one in places[:_GUIDED]:
            found = outcomes(
                self.trial,
                self.program,
                {one.root: list(self.offered(one.root, one.quantities, opened, below=below))},
            )
            expected = {*one.quantities, NOTHING}  # which something may be put into or added to
            telling = [
                outcome
                for outcome in found
                if not self.turns_off(outcome)
                if outcome.blind or all(m and not expected.isdisjoint(m.names) for m in outcome.then)
            ]
            yield sorted(((one.edit, one.edit.cost) for one in telling), key=lambda pair: pair[1])

    @property
    def largest(self) -> float:
        """What an edit may cost that makes up for all: where the output is wrong, nothing is made all anew."""
        return TIERS[-1] if self.forward_right else TIERS[2]

    def partly_guided(self) -> Iterator[Batch]:
        """
        The same where a right value mends a part, as of two mistakes each does, of edits that change little.

        What is made all anew may do without a wrong value further up, as anything may where the output is wrong.
        """
        if self.forward_right:
            yield from self.guided(partly=True, below=TIERS[2])

    def filling(self) -> Iterator[Batch]:
        """What a statement that was put in ought to say."""
        yield from self.guided(opened=True)
        yield from self.guided(of_both=True, opened=True)

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
        yield from self.guided(partly=True)
        yield from self.anew()

    def thoroughly(self) -> Iterator[Batch]:
        """All but what is unlikely."""
        for some in (self.surely, self.less_likely, self.blindly):
            yield from some()

    def rest(self) -> Iterator[Batch]:
        """All that is left."""
        for suspicious, tier in _REST:
            yield self.promising(suspicious, tier)
        unseen = sorted([*self.blind, *self.unseen, *self._not_run()], key=lambda pair: pair[1])
        for start in range(0, len(unseen), _RUNS_UNSEEN):
            yield unseen[start : start + _RUNS_UNSEEN]

    def _not_run(self) -> Iterator[tuple[Edit, float]]:
        """Small edits of what was never run, which may be why it wasn't."""
        known = {suspect.root for group in self.groups.values() for suspect in group}
        for root in self.program.roots if self.observations else ():
            if root not in known and not is_condition(self.program, root):
                found = self.small_edits(root, TIERS[0])
                yield from ((edit, edit.cost) for edit in found)

    def where_made(self, edit: Edit) -> Batch:
        """Small edits of what an edited statement uses, where that is no step: of a part no value tells."""
        statements = makers(self.program, edit)[:_MAKERS] if self.observations else []
        numbers = {self.program.number(one) for one in statements}
        roots = [one for one in self.program.roots if one.statement in numbers]
        unclear = [one for one in roots if self.observations[0].match(one.expression) is None]
        found = (one for root in unclear for one in self.small_edits(root, TIERS[0]))
        telling = [(one, one.cost) for one in found if not renames(self.program.text, one)]
        return sorted(telling, key=lambda pair: pair[1])

    def where_called(self, edit: Edit) -> Batch:
        """Small edits of what the function of an edited expression is handed: it may be wrong when it comes."""
        if edit.root is None:
            return []
        node = self.program.expression(edit.root)
        statements = {self.program.number(one) for one in callers_of(self.program, node)}
        name = getattr(self.program.scope(node), "name", "")
        found: Batch = []
        for root in (one for one in self.program.roots if one.statement in statements):
            inside = self.program.inside(self.program.expression(root))
            calls = (one for one in inside if isinstance(one, ast.Call) and last_name(one.func) == name)
            spans = [self.program.span(part) for call in calls for part in call.args]
            found += self._within(root, spans, _SMALLEST)
        return sorted(found, key=lambda pair: pair[1])

    def ways(self, batch: Batch) -> list[Edit]:
        """The likeliest of some edits, the least odd first; a default, or what makes a name, before its uses."""
        found = self.preference.by_oddity(_likeliest(batch))
        defaults = (into_default(self.program, edit) for edit in found)
        each = (one for edit in found for one in (self.hoisted(edit), edit))
        return list(dict.fromkeys(filter(None, (*defaults, *each))))

    @property
    def first_steps(self) -> list[Edit]:
        """
        Small edits, of those evaluated by now, that make a step of the pass that is nowhere.

        While it is missing, little can be told. Those that spoil something that is right come last.
        """
        likely = _likeliest([pair for pair in self.spine if pair[1] <= TIERS[2]])
        return sorted(likely, key=lambda edit: not self.preference.is_plausible(edit, named=False))

    def hoisted(self, edit: Edit) -> Edit | None:
        """Move an edit to where a name was made, unless that made a step of the pass that is right there."""
        changed = self.program.text[edit.start : edit.end]
        if edit.root in self.program.iterated and edit.replacement in (f"{changed} + 1", f"{changed} - 1"):
            return None  # how far one loop goes
        ways = (into_helper, into_default, into_asked, into_nothing)
        evaded = next((moved for way in ways if (moved := way(self.program, edit)) is not None), None)
        if evaded is not None:
            return evaded
        moved = hoisted(self.program, edit)
        if moved is None or moved.root is None or isinstance(self.program.expression(moved.root), ast.Name):
            return moved
        match = self.observations[0].match(moved.root.expression)
        return moved if match is None or match.part or match.name in (*INPUTS, PLAIN) else None


def _likeliest(batch: Batch) -> list[Edit]:
    """A few edits that are worth comparing, each once."""
    return list(dict.fromkeys(edit for edit, _ in sorted(batch, key=lambda pair: pair[1])[:_COMPARED]))
