"""Candidates: a function of the file that is given the arrays."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.config import Contract
from gradcheck.proposing import vocabulary
from gradcheck.proposing.calls import DECAY, Way, ways
from gradcheck.proposing.candidates import Candidate
from gradcheck.proposing.exploring import Left, Trial, explore
from gradcheck.proposing.facts import Facts, Function
from gradcheck.proposing.layouts import PAIRS, Layout, flats, layouts, of_pairs, parameters
from gradcheck.proposing.readouts import PARAMETERS, readouts
from gradcheck.proposing.recognising import GIVEN_DECAY
from gradcheck.proposing.usage import called_in, given_one, size_constants
from gradcheck.proposing.usage import counts as counted
from gradcheck.submissions.sandbox import Sandbox

_WAYS = 30
_NEEDED = {"X", "Y", "W1", "W2"}


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Try every function that can be given all the arrays."""
    for function in sorted(facts.functions, key=_unlikely):
        found = [way for way in itertools.islice(ways(function, facts), _WAYS) if way.roles >= _NEEDED]
        trials = [trial for way in found for trial in trials_of(way, facts)]
        yield from likeliest(explore(sandbox, path, trials), facts)
        yield ""


def likeliest(lefts: Sequence[Left], facts: Facts) -> Iterator[Candidate | str]:
    """
    Make candidates of what trials left, the ones with most gradients right or in the right shape first.

    Yields
    ------
    Candidate or str
        Where there are none, what most of the trials failed of. Families of candidates yield an empty text after
        each function or class, so that they can be given up.
    """
    single = given_one(facts)
    read = [
        (
            (
                not any(map(vocabulary.is_numerical, called_in(left.trial.run))),
                left.trial.covering,
                -left.trial.layout.hiding(bool(single & called_in(left.trial.run))),
                right,
                exact,
            ),
            left,
            gradients,
        )
        for left in lefts
        for (right, exact), gradients in readouts(left)
    ]
    for _, left, gradients in sorted(read, key=lambda one: one[0], reverse=True):
        yield candidate(left, gradients)
    if lefts and not read:
        (error, _), *_ = Counter(
            left.error or "it left no gradients that could be told" for left in lefts
        ).most_common()
        yield error


def _unlikely(function: Function) -> int:
    """Functions that are named after what is looked for come first, those that train last."""
    name = vocabulary.plain(function.name)
    if vocabulary.is_numerical(name):
        return 3
    if any(word in name for word in ("back", "grad", "retro", "ruck", "zuruck", "propag")):
        return 0
    return 2 if any(vocabulary.kind(one) == "rounds" for one in (*function.required, *function.optional)) else 1


def trials_of(way: Way, facts: Facts) -> Iterator[Trial]:
    """Trials of a way of calling something with all the arrays, in every layout."""
    biased = "b1" in way.roles
    names = [name for name in PARAMETERS if name in way.roles]
    counts = globals_set(facts)
    held = {line.partition(" = ")[0] for line in way.setup}
    own = [f"'{name}': {name}" for name in names if name not in way.places]
    setup = [counts + f"own = {{{', '.join(own)}}}", *way.setup]
    run = "\n".join((*way.before, f"result = {way.call}"))
    every = flats() if way.flat else layouts(biased, not facts.numpy)
    for text, layout in laid_out(run, way.pairs, every, parameters(), not facts.numpy):
        yield Trial(
            setup="\n".join(setup),
            run=text,
            roots=("result", "own", *sorted(held)),
            layout=layout,
            roles=way.roles,
            slots={} if way.flat else {name: way.places.get(name, f"own['{name}']") for name in names},
            rated=way.rated,
            covering=way.pairs == "several",
        )


def laid_out(
    run: str, pairs: str, every: Iterable[Layout], axes: Iterable[Mapping[str, str]], lists: bool
) -> Iterator[tuple[str, Layout]]:
    """Statements in the layouts that they may be run in: those of `every`, or of a list of examples."""
    if not pairs:
        yield from ((run, layout) for layout in every)
    else:
        for text, layout in of_pairs(axes, pairs == "any", lists):
            yield run.replace(PAIRS, text), layout


def globals_set(facts: Facts) -> str:
    """Statements that give sizes to the globals which the file has for them."""
    sizes = zip(size_constants(facts), "dhk", strict=False)
    return "".join(
        f"submission.{name} = {size}\n" for name, size in [*((name, "n") for name in counted(facts)), *sizes]
    )


def candidate(left: Left, gradients: dict[str, str], load: str = "definitions") -> Candidate:
    """Make a contract of a trial that left something."""
    trial = left.trial
    lines = [line for part in (trial.setup, trial.run) for line in part.splitlines() if line]
    if not any("own[" in text for text in gradients.values()):
        lines = [line for line in lines if not line.startswith("own = ")]
    lines = [*trial.layout.fusing.splitlines(), *lines]
    if trial.layout.lists:
        used = [name for name in ("X", "Y", *PARAMETERS) if name in trial.roles]
        lines.insert(0, f"{', '.join(used)} = {', '.join(f'{name}.tolist()' for name in used)}")
    contract = Contract(load=load, axes=dict(trial.layout.axes), run="\n".join(lines) + "\n", gradients=gradients)
    given, none = (
        Candidate(
            contract=replace(contract, run=contract.run.replace(DECAY, value)),
            layout=trial.layout,
            covering=trial.covering,
        )
        for value in (str(GIVEN_DECAY), "0.0")
    )
    return replace(given, undecayed=none if given != none else None)
