"""A file's own loss, where nothing that was run computes it: its functions are called beside the backward pass."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.proposing import vocabulary
from gradcheck.proposing.calls import DECAY, Way, ways
from gradcheck.proposing.candidates import PARAMETERS, Candidate, Confirmed, confirm
from gradcheck.proposing.facts import Facts, Function
from gradcheck.proposing.layouts import PAIRS
from gradcheck.proposing.recognising import GIVEN_DECAY
from gradcheck.submissions.sandbox import Sandbox

_WORDS = (
    "loss cost error mse nll bce xent objective criterion entropy energy "
    "verlust kosten fehler perte cout erreur coste perdida custo "
    "perda costo perdita errore verlies fout kostnad forlust strata koszt blad kayip maliyet hata потер ошибк "
    "损失 代价 損失 誤差 손실 비용 오차 sunshi daijia wucha haani"
)
_MOST = 4  # functions, and as many ways of calling each


def with_loss(sandbox: Sandbox, path: str, facts: Facts, confirmed: Confirmed) -> Confirmed:
    """
    Let a contract compute the program's loss, too, if it has a function for it: that which its gradients are of,
    or else one that the program calls itself.

    Returns
    -------
    Confirmed
        The same, or one that has a loss of its own.
    """
    candidate = confirmed.candidate
    if confirmed.own or confirmed.own_of_one or candidate.contract.script is not None:
        return confirmed
    if candidate.undecayed is not None:
        if not confirmed.decayed:
            return confirmed
        candidate = replace(candidate, undecayed=None)  # the gradients decay: the loss says whether they ought to
    least, agreed = confirmed.score(False), {fit.network.loss for fit in confirmed.fits[:1]}
    other: Confirmed | None = None
    for function, lines in itertools.islice(_statements(facts, candidate), _MOST * _MOST):
        outcome = confirm(sandbox, path, _before_last(candidate, lines))
        if isinstance(outcome, Confirmed) and outcome.own and outcome.score(False) >= least:
            if not agreed or agreed & {network.loss for _, network in outcome.own}:
                return outcome
            other = other or (outcome if function.name in facts.arguments else None)
    return other or confirmed


def _statements(facts: Facts, candidate: Candidate) -> Iterator[tuple[Function, tuple[str, ...]]]:
    """Functions that are named after a loss, and statements that call them with targets."""
    kept = frozenset(PARAMETERS) | {"X"}
    run = candidate.contract.run
    for function in filter(_is_loss, facts.functions):
        found = ways(function, facts, output="out" if "out = " in run else "")
        yield from ((function, lines) for lines in _lines(itertools.islice(found, _MOST)))
    for one in facts.classes if "net = " in run else ():
        for method in filter(_is_loss, one.methods):
            called = f"net.{method.name}"
            output = "out" if "out = " in run else ""
            given = (kept, frozenset(PARAMETERS))  # some take the examples all the same, with their targets
            found = itertools.chain(*(ways(method, facts, called, kept=one, output=output) for one in given))
            yield from ((method, lines) for lines in _lines(itertools.islice(found, _MOST)))


def _is_loss(function: Function) -> bool:
    name = vocabulary.plain(function.name)
    derivative = any(word in name for word in ("prime", "deriv", "grad", "back", "delta"))
    return any(word in name for word in _WORDS.split()) and not derivative


def _lines(found: Iterator[Way]) -> Iterator[tuple[str, ...]]:
    for way in found:
        if "Y" in way.roles:
            yield (*way.setup, *way.before, f"loss = {way.call}")


def _before_last(candidate: Candidate, more: tuple[str, ...]) -> Candidate:
    """The candidate with further statements before its last one, which may change the parameters."""
    lines = candidate.contract.run.splitlines()
    found = re.search(r"\[\*zip\(X.*?, Y.*?\)\]", lines[-1])
    pairs = found[0] if found else "[(X, Y)]" if candidate.layout.pins.get("n") == 1 else PAIRS
    more = tuple(line.replace(PAIRS, pairs) for line in more)
    new = [line.replace(DECAY, str(GIVEN_DECAY) if str(GIVEN_DECAY) in lines[-1] else "0.0") for line in more]
    run = "\n".join([*lines[:-1], *(line for line in new if line not in lines), lines[-1]]) + "\n"
    return replace(candidate, contract=replace(candidate.contract, run=run))
