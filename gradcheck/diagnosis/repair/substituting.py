"""
Where a mistake was made, proved by putting a right value in an expression's place and running the program.

That needs no edit: whatever the expression says, if a gradient is right as soon as it has the value of a step of
the right pass, then it is there that the value ought to come about. Of several such places, one made of the other,
the first in time is where the mistake is.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import NOTHING, terms
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.suspects import Suspect, hands_on
from gradcheck.diagnosis.repair.trying import Trial, Wrong, mends
from gradcheck.network.forward import Array

_MOST = 500  # versions that are run
_AT_ONCE = 100
_NEAR = 3  # steps that a right one may be taken for
LAYERS = 2
_SECONDS = 2.0  # for programs that take long to run
_STEPS = (  # of the pass, those of both layers together
    ("x w1", "a1 w2"),
    ("z1", "z2"),
    ("exp(-z1)", "exp(-z2)"),
    ("a1", "a2"),
    ("a2 - y",),
    ("grad_a1", "grad_a2"),
    ("slope1", "slope2"),
    ("delta1", "delta2"),
    ("gradient b1", "gradient b2"),
    ("gradient w1", "gradient w2"),
    ("w1", "w2"),
    ("x",),
    ("x and 1", "a1 and 1"),
    ("y",),
    (NOTHING,),
)
_OF_THE_HIDDEN_LAYER = frozenset(  # z1 and a1 may be kept wrongly for its slope
    ("x", "x and 1", "z1", "a1", "grad_a1", "slope1", "delta1", "gradient b1", "gradient w1", "w2", NOTHING)
)


@dataclass(frozen=True)
class Substitution:
    """
    A place where a right value makes gradients right.

    Attributes
    ----------
    root : Root
    quantities : tuple of str
        What was put there: of both layers, where it serves both; all that are one number, where one does with
        some factor.
    mended : frozenset of str
        Parameters that are right with it.
    whole : bool
        Whether nothing is wrong any more on that probe.
    """

    root: Root
    quantities: tuple[str, ...]
    mended: frozenset[str]
    whole: bool


@dataclass(frozen=True)
class _Version:
    """One text to run, with right values in the place of an expression's."""

    root: Root
    quantities: tuple[str, ...]
    values: tuple[Array | None, ...]  # one each time it is evaluated; None for its own
    factor: float = 1.0
    unseen: bool = False

    def text(self, program: Program) -> str:
        """Write the version; what has a value is evaluated all the same, for what it does beside."""
        start, end = program.span(program.expression(self.root))
        own = program.text[start:end]
        each = ["None" if value is None else _literal(self.factor * value) for value in self.values]
        right = each[0] if len(each) == 1 else f"next(globals().setdefault('_right', iter([{', '.join(each)}])))"
        alike = "right.view(type(own)) if hasattr(right, 'view') and isinstance(own, type(right)) else right"
        taken = f"own if right is None else right.tolist() if isinstance(own, list) else {alike}"
        put = f"({right})" if self.unseen else f"(lambda own, right: {taken})(({own}), {right})"
        return program.text[:start] + put + program.text[end:]


def substitutions(
    trial: Trial, program: Program, observation: Observation, suspects: Sequence[Suspect], wrong: Wrong
) -> list[Substitution]:
    """
    Find the expressions that need only have a right value for gradients to be right.

    Parameters
    ----------
    trial : Trial
        Of the one probe that was observed.
    program : Program
    observation : Observation
    suspects : sequence of Suspect
        The likeliest first.
    wrong : Wrong
        What is wrong on that probe.

    Returns
    -------
    list of Substitution
        The first in time first.
    """
    search = _Search(trial, program, observation, wrong)
    known = observation.match
    suspects = [one for one in suspects if known(one.root.expression) or not hands_on(program, one.root)]
    in_time = sorted(suspects, key=lambda suspect: suspect.order)
    search.run(version for one in suspects for version in search.versions(one.root, same_size=True))
    first = next((one.order for one in in_time if one.root in search.found), None)
    earlier = [one for one in suspects if first is None or one.order <= first]
    others = [version for one in earlier for version in search.versions(one.root, same_size=False)]
    # what is nowhere is what is missing somewhere, the first step of the pass before those that are made of it
    search.run(iter(sorted(others, key=lambda one: (search.is_there(one), search.step(one)))))
    return [search.found[one.root] for one in in_time if one.root in search.found]


def with_a_step(
    trial: Trial, program: Program, observation: Observation, suspects: Sequence[Suspect], step: str
) -> Iterator[tuple[Root, str]]:
    """
    Generate versions with the right value of a step of the pass in the place of a suspicious expression.

    Parameters
    ----------
    trial : Trial
        Of the one probe that was observed.
    program : Program
    observation : Observation
    suspects : sequence of Suspect
        In the order in which they are tried.
    step : str
        As in `quantities.SPINE`.

    Yields
    ------
    Root
    str
        Text of the version, with as many lines. First those where the value has the size of the expression's own.
    """
    search = _Search(trial, program, observation, frozenset())
    for same_size, one in itertools.product((True, False), suspects):
        for version in search.versions(one.root, same_size):
            of_one_layer = len(version.values) == LAYERS > len(version.quantities)
            if step in version.quantities and not of_one_layer:  # else the other layer's is wrong still
                yield one.root, version.text(program)


class _Search:
    """What was found so far, and how many versions may still be run."""

    def __init__(self, trial: Trial, program: Program, observation: Observation, wrong: Wrong) -> None:
        self.trial, self.program, self.observation, self.wrong = trial, program, observation, wrong
        self.right = dict(trial.tables[0].quantities()) | {NOTHING: np.zeros(())}
        self.by_example = {
            name.removeprefix("terms of "): some
            for name, some in terms(trial.tables[0].trace)
            if name.startswith("terms of gradient")
        }
        hidden_only = {name[-1] for _, name in wrong} == {"1"}
        self.groups = [
            tuple(
                name for name in names if name in self.right and (name in _OF_THE_HIDDEN_LAYER or not hidden_only)
            )
            for names in _STEPS
        ]
        self.numbers = tuple(name for some in self.groups for name in some if self.right[name].size == 1)
        self.found: dict[Root, Substitution] = {}
        self.ran, self.deadline = 0, perf_counter() + _SECONDS

    def is_there(self, version: _Version) -> bool:
        """Whether the program has what a version puts in a place, anywhere."""
        return self._present.issuperset(version.quantities)

    def step(self, version: _Version) -> int:
        """How far down the pass what a version puts in a place is."""
        return next(place for place, some in enumerate(self.groups) if version.quantities[0] in some)

    @cached_property
    def _present(self) -> frozenset[str]:
        matches = (self.observation.match(number) for number in self.observation.values)
        return frozenset(name for match in matches if match is not None for name in match.names)

    def run(self, versions: Iterator[_Version]) -> None:
        """Run versions as long as any may be run; those that a factor is missing of a second time."""
        while perf_counter() < self.deadline and (some := list(itertools.islice(versions, self.portion()))):
            scaled = self._run(some)
            self._run([replace(one, factor=1 / factor) for one, factor in scaled])

    def portion(self) -> int:
        """How many versions may be run in one go."""
        return min(_AT_ONCE, max(0, _MOST - self.ran))

    def _run(self, versions: Sequence[_Version]) -> list[tuple[_Version, float]]:
        """Run versions, note what they mend, and give those that only have one factor too many."""
        if not versions:
            return []
        self.ran += len(versions)
        texts = tuple(one.text(self.program) for one in versions)
        result = self.trial.run(replace(self.trial.job(""), variants=texts, seconds=self.trial.patience))
        scaled = []
        for one, probe in zip(versions, result.probes, strict=False):
            alone = replace(result, probes=(probe,), status="done")
            left = self.trial.wrong_of(alone)
            mended = mends(self.wrong, left) if probe.status == "ok" else frozenset()
            known = self.found.get(one.root)
            if mended and (known is None or len(mended) > len(known.mended)):
                number = [value.size for value in one.values if value is not None] == [1]
                # another number does with another factor
                quantities = self.numbers if number and one.factor != 1 else one.quantities
                self.found[one.root] = Substitution(one.root, quantities, mended, not left)
            elif one.factor == 1.0 and probe.status == "ok":
                carried = self.trial.carried(alone)
                factors = [carried.get(name, (None,))[0] for _, name in self.wrong & left]
                shared = [factor for factor in factors if factor]
                same = len(shared) == len(factors) > 0 and np.allclose(shared, shared[0], rtol=1e-6)
                if same and abs(shared[0] - 1) > 1e-6:
                    scaled.append((one, shared[0]))
        return scaled

    def _near(self, root: Root) -> Iterator[tuple[str, ...]]:
        """What a place may have been meant to be: of a right step, those next to it in the pass."""
        match = self.observation.match(root.expression)
        own = [
            i
            for i, some in enumerate(self.groups)
            if match and match.itself and not {*some}.isdisjoint(match.names)
        ]
        for place, some in enumerate(self.groups):
            if not own or any(abs(place - i) <= _NEAR for i in own):
                yield some

    def versions(self, root: Root, same_size: bool) -> Iterator[_Version]:
        """Generate what an expression may be worth: in the size that it has, or in any other."""
        values = self.observation.turns(root)
        for names in self._near(root):
            if len(values) < 2:
                for name in names:
                    right = self.right[name]
                    fits = bool(values) and right.size == values[0].size
                    if fits == same_size:
                        ways = _laid_out(right, values[0].shape) if fits else (right, right.T)
                        yield from (_Version(root, (name,), (laid,), unseen=not values) for laid in ways)
            elif not same_size and not any(value.size > 1 or value.any() for value in values):
                yield from self._for_zeros(root, names, len(values))
            elif same_size:
                for some in dict.fromkeys((names, *((name,) for name in names))):
                    pieces = _dealt(values, [self.right[name] for name in some])
                    if pieces is not None:
                        yield _Version(root, some, pieces)
            elif len(values) == LAYERS and isinstance(self.program.nodes[root.statement], ast.Return):
                # of what a layer gives, the first layer's, or the last's, is used by nobody
                for right, name in ((self.right[name], name) for name in names):
                    yield from (_Version(root, (name,), (laid, None)) for laid in (right, right.T))

    def _for_zeros(self, root: Root, names: Sequence[str], number: int) -> Iterator[_Version]:
        """What may stand where there is 0 in every turn: something of each example, or of each layer."""
        for name in names:
            each = self.by_example.get(name, self.right[name])
            if len(np.atleast_1d(each)) == number:
                yield _Version(root, (name,), tuple(each))
                yield _Version(
                    root, (name,), tuple(one.reshape(-1, 1) if one.ndim == 1 else one.T for one in each)
                )
        if len(names) == number == LAYERS:
            for one, other in itertools.permutations(self.right[name] for name in names):
                flat = [(one.ravel(), other.ravel())] if one.shape[:1] == other.shape[:1] == (1,) else []
                laid = [(one, other), (one.T, other.T), *flat]
                yield from (_Version(root, tuple(names), pieces) for pieces in laid)


def _laid_out(right: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """A quantity in the shape of what stands there, as it lies and turned."""
    yield (right if right.shape == shape or right.T.shape != shape else right.T).reshape(shape)
    if right.shape == shape == right.T.shape and min(shape, default=1) > 1:
        yield right.T


def _dealt(values: Sequence[Array], whole: Sequence[Array]) -> tuple[Array, ...] | None:
    """Deal quantities out over the times that an expression is evaluated, what comes again the same again."""
    pieces = _pieces(values, whole)
    once = list({value.tobytes(): value for value in values}.values())
    if pieces is not None or len(once) == len(values):
        return pieces
    pieces = _pieces(once, whole)
    by_value = {value.tobytes(): piece for value, piece in zip(once, pieces or (), strict=False)}
    return tuple(by_value[value.tobytes()] for value in values) if pieces is not None else None


def _pieces(values: Sequence[Array], whole: Sequence[Array]) -> tuple[Array, ...] | None:
    """Deal quantities out over values, one after another: whole, row by row or entry by entry."""
    rows: list[list[Array]] = []
    sizes = {value.size for value in values}
    for right in whole:
        ways = ([right], list(np.atleast_2d(right)), list(right.ravel()) if len(whole) == 1 else [])
        way = next((way for way in ways if way and way[0].size in sizes), None)
        if way is None:
            return None
        rows.append(way)
    if sum(len(way) for way in rows) != len(values):
        return None
    dealt = []
    for value in values:
        way = max((way for way in rows if way and way[0].size == value.size), key=len, default=None)
        if way is None:
            return None
        dealt.append(next(_laid_out(np.asarray(way.pop(0)), value.shape)))
    return tuple(dealt)


def _literal(value: Array) -> str:
    return repr(float(value)) if value.ndim == 0 else f"__import__('numpy').array({value.tolist()!r})"
