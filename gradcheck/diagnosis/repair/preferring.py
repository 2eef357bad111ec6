"""
Which of several edits that mend the same is the likeliest.

A sign or a factor can be put right in many a place. An edit that makes of a right value a multiple of itself, or
that adds to a name where it is used what was left out where it was made, is odder than one that does neither.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Sequence
from functools import cached_property

from gradcheck.diagnosis.locate.helpers import right_by_itself
from gradcheck.diagnosis.locate.match import Match
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import INPUTS, NOTHING, PLAIN, SPINE
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import step, targets, turn_names
from gradcheck.diagnosis.locate.suspects import DIVERGED, UNKNOWN, Suspect
from gradcheck.diagnosis.locate.uses import names_given, names_read
from gradcheck.diagnosis.repair.evaluating import parts
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.diagnosis.repair.weighing import Weights
from gradcheck.diagnosis.repair.writing import Edit, is_name, renames
from gradcheck.submissions import axes
from gradcheck.submissions.reading import syntax_error
from gradcheck.submissions.trees import walk

SMALL = 1.15  # what an edit costs that is no odder than those at other places
_MIDDLING = 1.45  # the same, if values say that it is there
_SPOILS = 0.5  # makes a right quantity a multiple of it, or the other way round
_USED = 0.1  # what a name lacks, or what is wrong with it, is wrong where it was made,
_ALIAS = 0.05  # unless a new name is given to the same,
_HANDED = 0.6  # but what a function is handed is right when it comes
_MAKES = 0.4  # makes what every right forward pass has, and this one lacks
_CALLED = 0.5  # what is stored or handed on under its own name is what is meant
_BY_CHANCE = 0.8  # it happens to be 0 when it is asked for
_SEED = 0.5  # what a backward pass begins with is one
_TWICE = 0.6  # two of what is handed on together are rarely the same
_UNUSED = 0.6  # what is made for nothing then had better be made right
_DROPPED = 0.45  # likewise what something is taken apart into, though not all of that is needed
_RATE = 0.6
_RANKED = 0.02
_TURNS = 0.3  # an update for what it goes along
_DOWN = 0.06  # an error for what it is short of, where it may be stepped the wrong way
_PARTS = 0.5  # an update that goes another way than all others
_BENDS = frozenset(("exp", "expm1", "log", "log1p", "logaddexp", "tanh"))
_LATER = 0.002  # a place further down the pass

_LENGTH = re.compile(r"[\w.]+\.shape\[\d\]|[\w.]+\.size|len\([\w.]+\)")
_NUMBER = re.compile(r"[\d.*/() ]+")
_WORD = re.compile(r"\w+")
_CALLED_NAME = re.compile(r"(?:[\w.]*\.)?(?P<name>\w+)\([^()]*\)")


class Preference:
    """
    Compares edits of one version of a program.

    Parameters
    ----------
    trial : Trial
    program : Program
    weights : Weights
        What is known of the factors that its gradients are off by.
    suspects : sequence of Suspect
        Its expressions.
    hints : sequence of int
        Lines where the mistake is told to be, likeliest first.
    """

    def __init__(
        self, trial: Trial, program: Program, weights: Weights, suspects: Sequence[Suspect], hints: Sequence[int]
    ) -> None:
        self.trial, self.program, self.weights, self.hints = trial, program, weights, hints
        ordered = sorted(suspects, key=lambda suspect: (suspect.order, suspect.root, suspect.rank))
        self._places = {suspect.root: place for place, suspect in enumerate(ordered)}
        self._ranks = {suspect.root: suspect.rank for suspect in suspects}

    def is_plausible(self, edit: Edit, named: bool) -> bool:
        """Whether an edit that mends everything need not be compared with those at other places."""
        if edit.root is None:
            return True
        forms = (self.makes_the_same_twice, self._leaves_unused, self.drops, self._parts_ways, self._turning)
        if any(form(edit) for form in forms) or self._begins_with_one(edit.root) or self._is_blameless(edit.root):
            return False
        line = self.program.expression(edit.root).lineno
        if self.weights.rescaled or self.weights.unclear or renames(self.program.text, edit):
            changed = (self.program.text[edit.start : edit.end], edit.replacement)
            ((before, after),) = parts(self.trial, self.program.text, [(edit.root, changed)])
            if comes_to_nothing(before, after):
                return False
            spoils = self._spoils(edit, before, after) > 0
            if spoils or self.weights.rescaled:
                return edit.cost <= SMALL and not spoils
            if self._evades(edit, before):
                return False
        if self._lacks(edit) or self._is_fed_wrong(edit.root):
            return False
        rank = self._ranks.get(edit.root, UNKNOWN)
        told = named and line in self.hints[:1]  # values say that it is there
        return edit.cost <= SMALL or (rank <= DIVERGED and edit.cost <= _MIDDLING) or told

    def is_root(self, edit: Edit) -> bool:
        """Whether an edit is where a wrong value is made of right ones."""
        return edit.root is not None and self._ranks.get(edit.root, UNKNOWN) <= DIVERGED

    def by_oddity(self, found: list[Edit]) -> list[Edit]:
        """Sort edits that mend the same, the least odd first: one that spoils what is right by itself is odd."""
        if len(found) == 1:
            return found
        text = self.program.text
        asked = [
            (edit.root, (text[edit.start : edit.end], edit.replacement, edit.expression))
            for edit in found
            if edit.root is not None
        ]
        told = iter(parts(self.trial, text, asked))
        odd = {
            edit: (self._oddity(edit, edit.root, *next(told)) if edit.root else edit.cost)
            + self._turning(edit)
            + _PARTS * self._parts_ways(edit)
            for edit in found
        }
        return sorted(found, key=lambda edit: odd[edit])

    def _turning(self, edit: Edit) -> float:
        """How odd it is to turn an update round: not if what it goes along points up, as gradients do."""
        if not self._turns(edit):
            return 0.0
        numbers = self.weights.observations[0].values if self.weights.observations else ()
        matches = (self.weights.observations[0].match(number) for number in numbers)
        errors = (match.factor for match in matches if match and match.name in ("a2 - y", "delta2"))
        return _TURNS * (next(errors, -1.0) < 0)

    def _turns(self, edit: Edit) -> bool:
        """Whether an edit makes of a step down one up, or the reverse: by its operator, or by its rate's sign."""
        signs = [text.strip("() ") for text in (self.program.text[edit.start : edit.end], edit.replacement)]
        if {*signs} in ({"+=", "-="}, {"+", "-"}):
            return True
        taken = step(self.program.nodes[edit.root.statement]) if edit.root is not None else None
        within = taken is not None and edit.within(self.program.span(taken))
        return within and signs[0] != signs[1] and signs[0].lstrip("-") == signs[1].lstrip("-")

    def _parts_ways(self, edit: Edit) -> bool:
        """Whether all updates are steps in one direction, up or down, and with an edit no longer."""
        if len(self._steps(self.program)) != 1:
            return False
        after = edit.apply(self.program.text)
        return syntax_error(after) is None and len(self._steps(Program(after))) > 1

    def _steps(self, program: Program) -> set[type[ast.operator]]:
        """Which of plus and minus stand between weights and what they are updated with."""
        return {
            type(node.op)
            for node in program.nodes
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub)
            if program.segment(node.left if isinstance(node, ast.BinOp) else node.target) in self._weights
        }

    @cached_property
    def _weights(self) -> frozenset[str]:
        """What the program calls its weights; a bias may be what a forward pass begins its sum with."""
        matches = (
            (text, seen.match(number))
            for seen in self.weights.observations[:1]
            for text, number, _ in self.program.scopes.atoms
        )
        return frozenset(text for text, match in matches if match and match.name in ("w1", "w2"))

    def _lacks(self, edit: Edit) -> bool:
        """Whether an edit adds something to a name where it is used, or to what a function of the file's gives."""
        if edit.root in self.program.iterated:  # how far a loop goes is nobody else's matter
            return False
        changed = self.program.text[edit.start : edit.end]
        called = _CALLED_NAME.fullmatch(changed)
        made = is_name(changed) or (called is not None and called["name"] in self._own_functions)
        return made and re.search(rf"\b{re.escape(changed)}(?!\w)", edit.replacement) is not None

    @cached_property
    def _own_functions(self) -> frozenset[str]:
        """Names of the file's functions, and those that it gives to what others return, closures among them."""
        return frozenset((*self.program.definitions, *(one.id for one in names_given(self.program.nodes))))

    def _evades(self, edit: Edit, before: Match | None) -> bool:
        """Whether an edit does without a name whose value is wrong: none of the pass, or with a factor forward."""
        wrong = before is None or (before.forward and not before.itself)
        return wrong and renames(self.program.text, edit)

    def _oddity(
        self, edit: Edit, root: Root, before: Match | None, after: Match | None, made: Match | None
    ) -> float:
        """How odd an edit is by what it makes of the part that it changes, and of the whole, and by its place."""
        changed = self.program.text[edit.start : edit.end]
        whole = changed == self.program.segment(self.program.expression(root))
        # what a call gives, or a step of the forward pass that is taken as it is, may be meant so where it is made
        meant = _is_right(before) and (changed.endswith(")") or (whole and before is not None and before.forward))
        lacks = self._lacks(edit) and not meant
        alias = lacks and whole and is_name(changed) and isinstance(self.program.nodes[root.statement], ast.Assign)
        used = lacks or self._evades(edit, before) or self._is_fed_wrong(root)
        place, rank = self._places.get(root, len(self._places)), self._ranks.get(root, UNKNOWN)
        weight = _LATER * place + _RANKED * rank + (-_ALIAS if alias else _USED * used)
        spoilt = made is None and self._is_input(root)
        summed = made is not None and made.name.startswith("gradient ")  # a new name, for what is made of it
        weight += _HANDED * (spoilt or (self.program.only_renames(root) and not summed))
        weight += _CALLED * self._is_called_so(root)
        if before is not None and PLAIN in before.names and not whole:
            weight += _SPOILS * self._was_right(root, made)  # a number in the formula of a right slope
        weight += _USED * self._is_right_result(root) + _SPOILS * self._is_blameless(root)
        weight += _UNUSED * (self._leaves_unused(edit) or self._bereaves(edit)) or _DROPPED * self.drops(edit)
        weight += _RATE * self._divides_a_rate(edit, root)
        weight += _SPOILS * self._scales_a_length(edit)
        weight += _TWICE * self.makes_the_same_twice(edit) + _SEED * self._begins_with_one(root)
        makes = made is not None and made.forward and made.itself and not lacks
        if made is not None and makes and set(made.names) & set(SPINE) - set(self.weights.present[0]):
            weight -= _MAKES
        weight += _BY_CHANCE * comes_to_nothing(before, after)
        weight += _DOWN * _turns_down(before, after)
        return edit.cost + _SPOILS * self._spoils(edit, before, after) + weight

    def _is_fed_wrong(self, root: Root) -> bool:
        """Whether an expression reads data or a parameter that its function, or a loop, has with a factor."""
        node, seen = self.program.expression(root), self.weights.observations[:1]
        handed = getattr(getattr(self.program.scope(node), "args", None), "args", ())
        loops = (one for one in self.program.ancestors(node) if isinstance(one, ast.For))
        names = {*(one.arg for one in handed), *(name for loop in loops for name in turn_names(loop))}
        parts = (one for one in walk(node) if isinstance(one, ast.Name) and one.id in names)
        matches = (one.match(self.program.number(part)) for part in parts for one in seen)
        return any(match is not None and match.name in INPUTS and not match.itself for match in matches)

    def _value(self, root: Root) -> Match | None:
        """What an expression is."""
        return self.weights.observations[0].match(root.expression) if self.weights.observations else None

    def _is_right_result(self, root: Root) -> bool:
        """Whether a function gives a quantity as it ought to be: no mistake is in that."""
        return isinstance(self.program.nodes[root.statement], ast.Return) and _is_right(self._value(root))

    def _is_blameless(self, root: Root) -> bool:
        """Whether an expression is in a helper that is right by itself: what that is fed is not."""
        seen = self.weights.observations[:1]
        return any(root.expression in one.values and right_by_itself(self.program, one, root) for one in seen)

    def _is_input(self, root: Root) -> bool:
        """Whether an expression is data or a parameter as it was given."""
        value = self._value(root)
        return value is not None and value.name in INPUTS and value.itself and not value.turned

    def _was_right(self, root: Root, made: Match | None) -> bool:
        """Whether an expression is a value of the pass as it ought to be, and no longer when it is edited."""
        value = self._value(root)
        if value is None or not (value.exact and value.itself):
            return False
        return made is None or not made.itself or value.name not in made.names

    def _begins_with_one(self, root: Root) -> bool:
        """Whether an expression is ones and nothing else, as dloss/dloss is, or the slope of what is linear."""
        node, statement = self.program.expression(root), self.program.nodes[root.statement]
        seen = self.weights.observations[0].values.get(root.expression, ()) if self.weights.observations else ()
        ones = bool(seen) and all((value == 1).all() for value in seen)
        one = ones or (isinstance(node, ast.Constant) and node.value == 1)
        return isinstance(statement, ast.Assign | ast.Return) and one

    def _is_called_so(self, root: Root) -> bool:
        """Whether a name is an entry, or an argument, of the same name: `{"Z1": Z1}`."""
        node = self.program.expression(root)
        parent, key = self.program.parents.get(id(node)), self.program.key(node)
        name = key.value if isinstance(key, ast.Constant) else getattr(parent, "arg", None)
        return isinstance(node, ast.Name) and node.id == name

    def makes_the_same_twice(self, edit: Edit) -> bool:
        """Whether an edit makes what is there already: `return h, h, o`, or `z = c[1]` beside `a = c[1]`."""
        if self._gives_another_name(edit):
            return True
        tuples = [one for one in self.program.nodes if isinstance(one, ast.Tuple)]
        return any(
            (edit.start, edit.end) in map(self.program.span, one.elts)
            and edit.replacement in map(self.program.segment, one.elts)
            for one in tuples
        )

    def _gives_another_name(self, edit: Edit) -> bool:
        """Whether an edit makes a name what another name stands for in the same function."""
        node = self.program.nodes[edit.root.statement] if edit.root is not None else None
        if (
            edit.root is None
            or not isinstance(node, ast.Assign)
            or self.program.expression(edit.root) is not node.value
        ):
            return False
        others = (one for one in self.program.nodes if isinstance(one, ast.Assign) and one is not node)
        beside = (one.value for one in others if self.program.scope(one) is self.program.scope(node))
        kinds = (ast.Name, ast.Attribute, ast.Subscript)
        return any(isinstance(one, kinds) and self.program.segment(one) == edit.expression for one in beside)

    def _divides_a_rate(self, edit: Edit, root: Root) -> bool:
        """Whether an update takes a smaller step with an edit: people divide what they step along."""
        value = self._value(root)
        more = edit.replacement.count("/") > self.program.text[edit.start : edit.end].count("/")
        more = more and edit.replacement.strip("()") not in self.program.text  # as another step is divided
        return value is not None and value.name.startswith("updated ") and more

    def _scales_a_length(self, edit: Edit) -> bool:
        """Whether a number is multiplied with how long an array is: it is as long as it is."""
        changed = self.program.text[edit.start : edit.end]
        return bool(_LENGTH.fullmatch(changed)) and bool(
            _NUMBER.fullmatch(edit.replacement.replace(changed, "", 1))
        )

    def _leaves_unused(self, edit: Edit) -> bool:
        """Whether something else is returned than what a function makes, of which nothing else is made."""
        changed = self.program.text[edit.start : edit.end]
        for node in self.program.nodes:
            value = node.value if isinstance(node, ast.Return) else None
            if isinstance(value, ast.Name) and self.program.span(value) == (edit.start, edit.end):
                inside = list(walk(self.program.scope(node)))
                made = any(one.id == changed for one in names_given(inside))
                reads = [one for one in names_read(inside) if one.id == changed and one is not value]
                return made and is_name(edit.replacement) and all(map(self._is_put_into, reads))
        return False

    def drops(self, edit: Edit) -> bool:
        """The same, also of what something is taken apart into, where that may be called wrongly."""
        return self._bereaves(edit, apart=True)

    def _bereaves(self, edit: Edit, apart: bool = False) -> bool:
        """Whether what a function is handed or makes, or a loop goes through, is used for nothing with an edit."""
        words = [set(_WORD.findall(text)) for text in (self.program.text[edit.start : edit.end], edit.replacement)]
        gone = words[0] - words[1]
        if edit.root is None or not gone:
            return False
        node = self.program.expression(edit.root)
        for around in (node, *self.program.ancestors(node)):
            for name in gone.intersection(_handed_to(around, apart)):
                reads = [one for one in names_read(walk(around)) if one.id == name]
                ran = [one for one in reads if self.program.number(one) in self._seen] or reads
                if ran and all(edit.covers(self.program.span(one)) for one in ran):
                    return True
        return False

    @cached_property
    def _seen(self) -> frozenset[int]:
        """Nodes that had a value on any probe."""
        return frozenset(number for one in self.weights.observations for number in one.values)

    def _is_put_into(self, name: ast.Name) -> bool:
        """Whether something is only put into what a name stands for, be it by a method."""
        outer = [type(one) for one in itertools.islice(self.program.ancestors(name), 3)]
        return outer == [ast.Attribute, ast.Call, ast.Expr] or self.program.scopes.is_filled(name)

    def _is_bent(self, edit: Edit) -> bool:
        """Whether an edit is within what an exponential or a logarithm takes: no other place can have its sign."""
        calls = (node for node in self.program.nodes if isinstance(node, ast.Call) and node.args)
        around = (
            self.program.segment(call.func).rpartition(".")[2]
            for call in calls
            if self.program.parenthesised(call.args[0])[0] <= edit.start and edit.end <= self.program.span(call)[1]
        )
        return not _BENDS.isdisjoint(around)

    def _spoils(self, edit: Edit, before: Match | None, after: Match | None) -> int:
        """Whether a right quantity is made a multiple of itself, or kept turned (1); or the reverse (-1)."""
        if before is None or after is None or before.name not in after.names or not before.exact:
            return 0
        if self._is_bent(edit):
            return 0
        kept = edit.root is not None and self.program.segment(self.program.expression(edit.root))
        if PLAIN in before.names:  # where a number is used, its inverse may be what is meant
            return _is_count(before) - _is_count(after) if kept == self.program.text[edit.start : edit.end] else 0
        if before.turned != after.turned and kept == self.program.text[edit.start : edit.end]:
            columns = axes.reversed_axes("X", self.trial.contract)
            return 0 if before.name in INPUTS[2:] else 1 if after.turned != columns else -1
        return before.itself - after.itself


def _handed_to(node: ast.AST, apart: bool) -> list[str]:
    """Names of a function's parameters and of what it makes by itself, or what a loop gives a value each turn."""
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        assigned = (part for part in walk(node) if isinstance(part, ast.Assign))
        made = (one for part in assigned for one in (targets(part) if apart else part.targets[:1]))
        return [*(one.arg for one in node.args.args), *(one.id for one in made if isinstance(one, ast.Name))]
    loops = [node] if isinstance(node, ast.For) else getattr(node, "generators", ())
    return [name for loop in loops for name in turn_names(loop)]


def comes_to_nothing(before: Match | None, after: Match | None) -> bool:
    """Whether something is taken for what is 0, as a sum is before it is begun: likelier it ought to go."""
    return after is not None and after.name == NOTHING and (before is None or before.name != NOTHING)


def _turns_down(before: Match | None, after: Match | None) -> bool:
    """Whether outputs less targets become targets less outputs."""
    if before is None or after is None:
        return False
    return before.name == after.name == "a2 - y" and before.factor > 0 > after.factor


def _is_right(match: Match | None) -> bool:
    """Whether a value is a step of the pass as it ought to be."""
    return match is not None and match.itself and match.name not in (*INPUTS, NOTHING, PLAIN)


def _is_count(number: Match) -> bool:
    """Whether a number that people write is one of examples, outputs or the like: none is negative, or a part."""
    if PLAIN not in number.names:
        return False
    count = number.factor_of(PLAIN)
    return count >= 1.0 and count % 1.0 == 0.0
