"""What one version of a program shows when it is run: what is wrong with it, where, and what is within reach."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gradcheck.config import ARRAYS
from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import varies
from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN, SPINE, TOGETHER
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import step
from gradcheck.diagnosis.locate.suspects import FED, Suspect, suspects
from gradcheck.diagnosis.repair.deciding import is_condition
from gradcheck.diagnosis.repair.kinds import Kinds
from gradcheck.diagnosis.repair.preferring import Preference
from gradcheck.diagnosis.repair.scope import is_pure, scope
from gradcheck.diagnosis.repair.substituting import Substitution, substitutions
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.twins import Renaming, Twins
from gradcheck.diagnosis.repair.weighing import Weights
from gradcheck.diagnosis.repair.writing import Edit, Scope
from gradcheck.network.forward import printed
from gradcheck.submissions.job import JobResult
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_CALLED = re.compile(r"([\w.]*\.|)(\w+)\(")
_DRAWN = frozenset(("random", "rand", "randn", "randint", "uniform", "normal", "standard_normal", "gauss"))


class Hint(NamedTuple):
    """A line that may have a mistake, and the parameters whose gradients that spoils; of none, whichever."""

    line: int
    spoils: frozenset[str] = frozenset()


class View:
    """
    One version of a program, watched.

    Attributes
    ----------
    result : JobResult
        Of the run.
    wrong : Wrong
        What is wrong with this version.
    hints : tuple of int
        Lines where the mistake is told to be, likeliest first.
    observations : list of Observation
        One a probe.
    weights : Weights
        What is known of the factors that its gradients are off by.
    """

    def __init__(self, trial: Trial, text: str, hints: tuple[Hint, ...], watched: JobResult | None = None) -> None:
        self.trial, self.program = trial, Program(text)
        self.result = watched or trial.watched(text)
        self.wrong = trial.wrong_of(self.result)
        wrong = {name for _, name in self.wrong}  # of what is mended by now nothing is to be looked for
        open_hints = [hint for hint in hints if not hint.spoils or hint.spoils & wrong]
        self.hints = tuple(hint.line for hint in open_hints)
        self._firsts = {hint.line for hint in {one.spoils: one for one in reversed(open_hints)}.values()}
        self.observations = [
            Observation(self.program, probe.events, table)
            for probe, table in zip(self.result.probes, trial.tables, strict=False)
        ]
        self._reaches: dict[tuple[Root, bool], Scope] = {}
        self.weights = Weights(trial.carried(self.result), self.observations)

    @cached_property
    def decays(self) -> tuple[float, ...]:
        """By what factor the decay of weights is off, one a probe; () where it isn't, or not only that."""
        return self.trial.decays(self.result)

    @cached_property
    def ranked(self) -> list[Suspect]:
        """Suspects of the first probe, likeliest first."""
        if not self.observations:
            return []
        found = suspects(self.program, self.observations[0], crash_line=self.crash_line)
        return sorted(found, key=self.hinted)

    @property
    def forward_right(self) -> bool:
        """Whether the output is there as it ought to be, so that what is wrong is further back."""
        present = self.weights.present
        return bool(present) and all("a2" in names for names in present)

    @cached_property
    def crash_line(self) -> int | None:
        """Line on which a probe crashed, if one did."""
        return self.result.probes[self.crashed].line if self.crashed is not None else None

    @cached_property
    def crashed(self) -> int | None:
        """The first probe that crashed, if one did."""
        return next((place for place, one in enumerate(self.result.probes) if one.status == "crashed"), None)

    def hinted(self, suspect: Suspect) -> float:
        """Give the rank of a suspect: below 1 where a hint names its line, 0 where that is the first."""
        line = self.program.expression(suspect.root).lineno
        if line in self._firsts:
            return 0.0
        return 0.1 * min(9, self.hints.index(line)) if line in self.hints else suspect.rank + 1

    def reach(self, root: Root, *, anew: bool = False) -> Scope:
        """What an expression could have been made of, or another one of its form; collected once."""
        if (root, anew) not in self._reaches:
            observed, renamings = self.observations[0], self.renamings(root)
            found = scope(self.program, root, observed, renamings, self._given, anew=anew)
            fixed = {name: self._fixed[name] for name in found.numbers if name in self._fixed}
            self._reaches[root, anew] = replace(found, fixed=fixed)
        return self._reaches[root, anew]

    @cached_property
    def _given(self) -> tuple[str, ...]:
        """Names that the contract gives a script arrays under."""
        script = self.trial.contract.script
        inject = script.inject if script is not None else {}
        return tuple(name for name, text in inject.items() if name.isidentifier() and text in ARRAYS)

    @cached_property
    def _fixed(self) -> dict[str, float]:
        """What numbers are worth that are the same on every probe, by their names."""
        held: dict[str, set[float]] = {}
        for text, number, _ in self.program.scopes.atoms:
            values = (value for one in self.observations for value in one.values.get(number, ()))
            held.setdefault(text, set()).update(value.item() if value.size == 1 else np.nan for value in values)
        several = len(self.observations) > 1
        known = {text: values.pop() for text, values in held.items() if several and len(values) == 1}
        return {text: value for text, value in known.items() if np.isfinite(value)}

    def renamings(self, root: Root) -> tuple[Renaming, ...]:
        """Give what writes names for the other layer where an expression stands."""
        return self.twins.renamings(self.program.scope(self.program.expression(root)))

    def overdue(self) -> int:
        """Count where a parameter is used that is updated by then."""
        return sum(
            (match := self.observations[0].match(number)) is not None and match.name.startswith("updated ")
            for number, node in enumerate(self.program.nodes)
            if self.observations and isinstance(getattr(node, "ctx", None), ast.Load)
        )

    @cached_property
    def parameters(self) -> frozenset[str]:
        """What the program calls its parameters, where it uses them."""
        return frozenset(
            self.program.segment(node)
            for number, node in enumerate(self.program.nodes)
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Load)
            for seen in self.observations[:1]
            if (match := seen.match(number)) is not None
            if match.name.removeprefix("updated ") in (*self.trial.network.parameters, *TOGETHER)
        )

    @cached_property
    def made(self) -> frozenset[str]:
        """What the program calls quantities of the right pass that it assigns, or adds to."""
        found = ((target, match) for seen in self.observations[:1] for target, match in self._assigned(seen))
        return frozenset(
            self.program.segment(target)
            for target, match in found
            if match is not None and match.itself and match.name not in (*INPUTS, NOTHING, PLAIN)
        )

    def _assigned(self, seen: Observation) -> Iterator[tuple[ast.expr, Match | None]]:
        """What is assigned to and what that is; of `a += b` what it was before."""
        for number, node in enumerate(self.program.nodes):
            if isinstance(node, ast.Assign):
                yield from ((target, seen.match(number)) for target in node.targets)
            elif isinstance(node, ast.AugAssign) and step(node) is not None:
                after, added = (seen.values.get(one) for one in (number, self.program.number(node.value)))
                if after and added and after[0].size > 1 and added[0].shape in ((), after[0].shape):
                    sign = 1 if isinstance(node.op, ast.Add) else -1
                    yield node.target, seen.table.match(after[0] - sign * added[0])

    def is_given(self, root: Root) -> bool:
        """Whether an expression is an array that is the same whatever the inputs are: random weights, data."""
        values = [observation.values.get(root.expression, []) for observation in self.observations]
        if not any(values) and self._draws and self._called(root) & _DRAWN:
            return True  # random numbers, too many to be kept: what is made of them takes long
        first = [value.tobytes() for value in values[0] if value.size > 1]
        return len(values) > 1 and bool(first) and all([v.tobytes() for v in some] == first for some in values[1:])

    def _called(self, root: Root) -> set[str]:
        """Names of what an expression calls."""
        calls = (node for node in walk(self.program.expression(root)) if isinstance(node, ast.Call))
        return {last_name(call.func) for call in calls}

    @cached_property
    def _draws(self) -> bool:
        """Whether any random numbers may be drawn."""
        return any(name in self.program.text for name in _DRAWN)

    def _only_prints(self, root: Root) -> bool:
        """
        Whether an expression is the loss, of which no gradient is made, and which is right or not shown.

        Where all gradients are off by a factor they may be made of it: by steps, or by an engine.
        """
        match, seen = self.observations[0].match(root.expression), self.observations[0]
        suspected = self.weights.loss_is_wrong or self.weights.rescaled
        array = seen.holds_array(root.expression) or seen.holds_array(root.statement)  # it may be added to one
        return match is not None and match.of_loss and not array and not suspected

    @cached_property
    def nothing(self) -> frozenset[str]:
        """Parameters whose gradients are zero, or nowhere to be found, wherever others are there."""
        given = [probe.gradients for probe in self.result.probes if probe.gradients]
        wrong = {name for _, name in self.wrong} & {*self.trial.network.parameters}
        return frozenset(
            name
            for name in wrong
            if given and not any(np.any(some[printed(name)]) for some in given if printed(name) in some)
        )

    @property
    def lacks_only(self) -> bool:
        """Whether all that is wrong is that some gradients are nothing."""
        wrong = {name for _, name in self.wrong} & {*self.trial.network.parameters}
        return bool(wrong) and wrong <= self.nothing

    @cached_property
    def steps(self) -> frozenset[str]:
        """The steps that every right program makes, and this one does: activations as they are."""
        present = self.weights.present
        made = (
            all(1.0 in some.get(name, ()) or (name[0] != "a" and name in some) for some in present)
            for name in SPINE
        )
        return frozenset(itertools.compress(SPINE, made) if present else ())

    @cached_property
    def by_numbers(self) -> bool:
        """Whether most of what the program computes are single numbers."""
        seen = self.observations[0] if self.observations else None
        values = [one.expression for one in self.program.roots if seen and seen.values.get(one.expression)]
        return seen is not None and sum(map(seen.holds_array, values)) * 2 < len(values)

    @cached_property
    def kinds(self) -> Kinds:
        """What its names stand for, where a run was watched."""
        return Kinds(self.program, self.observations[0])

    @cached_property
    def has_loss(self) -> bool:
        """Whether the program computes the loss, and it is right."""
        return 1.0 in self.weights.present[0].get("loss", ()) if self.observations else False

    def feeds_loss(self, edit: Edit) -> bool:
        """Whether what an edit changes is the program's loss, or made before it, and that is right."""
        if edit.root is None or not self.has_loss:
            return False
        first, expression = self.observations[0].first, self.program.expression(edit.root)
        numbers = (self.program.number(part) for part in walk(expression))  # a tuple has no value of its own
        return any(first.get(number, self._loss_made + 1) <= self._loss_made for number in numbers)

    @cached_property
    def _loss_made(self) -> int:
        """When the program had the loss last."""
        seen = self.observations[0]
        matches = ((number, seen.match(number)) for number in seen.values)
        return max((seen.first[number] for number, match in matches if match and "loss" in match.names), default=0)

    @cached_property
    def proved(self) -> tuple[Substitution, ...]:
        """Places where a right value makes gradients right, the first in time first."""
        return self._substitutions(several=False)

    @cached_property
    def serving_both(self) -> tuple[Substitution, ...]:
        """Those of them that serve both layers: there one mistake looks like two."""
        return tuple(one for one in self._substitutions(several=True) if len(one.quantities) > 1)

    def _substitutions(self, several: bool) -> tuple[Substitution, ...]:
        """Look for such places: everywhere, or only where there are several values."""
        ran = [index for index, probe in enumerate(self.result.probes) if probe.events]
        if not ran:
            return ()
        probe = ran[-1]  # of those with several sizes, where they tell what a value can be; it may end in an error
        wrong = frozenset((0, name) for where, name in self.wrong if where == probe)
        observation = self.observations[probe]
        ranked = suspects(self.program, observation)
        if several:
            ranked = [one for one in ranked if len(observation.turns(one.root)) > 1]
        # what comes to nothing stands for something: there is no time for all
        ranked.sort(key=lambda one: any(value.any() for value in observation.turns(one.root)))
        return tuple(substitutions(self.trial.alone(probe), self.program, observation, ranked, wrong))

    @cached_property
    def twins(self) -> Twins:
        """What the names are for the other layer."""
        return Twins(self.program, self.observations[0], self.trial.contract.gradients)

    @cached_property
    def preference(self) -> Preference:
        """What tells which of several edits that do the same is the likeliest."""
        suspects = [suspect for group in (True, False) for suspect in self.groups[group]]
        return Preference(self.trial, self.program, self.weights, suspects, self.hints)

    @cached_property
    def groups(self) -> dict[bool, list[Suspect]]:
        """Suspects that are suspicious, and the others."""
        groups: dict[bool, list[Suspect]] = {True: [], False: []}
        for suspect in self.ranked:
            decides = is_condition(self.program, suspect.root) and not self.program.masked(suspect.root)
            if decides or self.is_given(suspect.root) or self._only_prints(suspect.root):
                continue
            # a number is wrong by what is multiplied or divided by it
            number = not self.observations[0].holds_array(suspect.root.expression)
            groups[number or suspect.rank <= FED or self.hinted(suspect) < 1].append(suspect)
        return groups

    def acts(self, root: Root) -> bool:
        """Whether an expression calls what sets something elsewhere, as a layer's `backward` does."""
        return bool(self._acting and self._called(root) & self._acting)

    def stills(self, edit: Edit) -> bool:
        """Whether an edit takes away a call that sets something elsewhere, and calls nothing else that does."""
        if not self._acting:
            return False
        texts = (self.program.text[edit.start : edit.end], edit.replacement)
        before, after = ({name for of, name in _CALLED.findall(text) if self._may_act(of, name)} for text in texts)
        return bool(before) and not after

    def _may_act(self, of: str, name: str) -> bool:
        """Whether a call may be of one of those functions of the file; arrays have some of their names, too."""
        return name in self._acting and (of in ("", "self.") or not hasattr(np.ndarray, name))

    @cached_property
    def _acting(self) -> set[str]:
        """Names of the file's functions that set something outside themselves."""
        functions = (node for node in self.program.nodes if isinstance(node, ast.FunctionDef))
        return {one.name for one in functions if not is_pure(one)}

    def is_turned(self, edit: Edit) -> bool:
        """Whether the expression that an edit changes has the value of a quantity with the wrong sign."""
        if edit.root is None or not self.observations:
            return False
        match = self.observations[0].match(edit.root.expression)
        return match is not None and match.name != PLAIN and match.factor < 0

    def condition(self, edit: Edit) -> ast.If | None:
        """Find the `if` whose condition an edit is in."""
        conditions = (node for node in self.program.nodes if isinstance(node, ast.If))
        return next((node for node in conditions if edit.within(self.program.span(node.test))), None)

    def ends(self, probe: int) -> bool:
        """Whether the program came to its end on a probe, and not to an error."""
        return probe < len(self.result.probes) and self.result.probes[probe].status == "ok"

    @property
    def one_sided(self) -> list[ast.If]:
        """Conditions that were asked, and of which one way out is there and was never taken."""
        asked = (node for node in self.program.nodes if isinstance(node, ast.If))
        return [one for one in asked if self.ran(one.body) != self.ran(other := self.otherwise(one)) and other]

    def otherwise(self, condition: ast.If) -> Sequence[ast.stmt]:
        """What is run where a condition isn't met: its `else`, or what comes behind it where its lines return."""
        if condition.orelse or not isinstance(condition.body[-1], ast.Return):
            return condition.orelse
        block = self.program.block(condition)
        return block[block.index(condition) + 1 :]

    def ran(self, block: Sequence[ast.stmt]) -> bool:
        """Whether anything of some statements was run on any probe."""
        return any(observation.ran(one) for observation in self.observations for one in block)

    def is_constant(self, root: Root) -> bool:
        """Whether an expression gives arrays that are the same everywhere, whose shape alone may be wrong."""
        values = self.observations[0].values.get(root.expression, ())
        return bool(values) and not any(value.size < 2 or varies(value) for value in values)
