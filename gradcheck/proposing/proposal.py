"""From a file to a configuration: read it, try what it may mean, keep what is confirmed."""

from __future__ import annotations

import ast
import os
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gradcheck.config import Assignment
from gradcheck.config.reading import from_document
from gradcheck.faults import decay
from gradcheck.findings import Outcome
from gradcheck.proposing import facts as reading
from gradcheck.proposing import functions, object_loops, objects, replays, scripts, usage, vocabulary
from gradcheck.proposing.candidates import UNFOUNDED, UNKNOWN, Candidate, Confirmed, confirm
from gradcheck.proposing.choosing import Choice
from gradcheck.proposing.facts import Facts
from gradcheck.proposing.own_loss import with_loss
from gradcheck.proposing.refusing import hopeless, refusal, unknown_loss
from gradcheck.proposing.suspicion import of_some_loss, suspicion
from gradcheck.proposing.writing import write
from gradcheck.reports.report import Report, SubmissionReport
from gradcheck.submissions.reading import read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification.verifier import Verifier

_SECONDS = 2.5  # for each family
_ALL_SECONDS = 7.0
_PATIENCE = 8  # candidates that are confirmed but not sure, until the best of them is taken
_REFUSALS = 60
UNTOLD = (
    "can't tell: the gradients are right for one loss, and the program computes another one. If that is only "
    "printed, all is right; if it is what is meant, the gradients are wrong. `gradcheck init` writes the "
    "contract, for its loss to be put right"
)
UNTOLD_TOGETHER = (
    "can't tell: one call returns a loss and gradients, and they are not of each other: {}. One of them lacks a "
    "division by the number of examples, or has one too many. `gradcheck init` writes the contract, for its loss "
    "to be put right"
)
UNKNOWN_LOSS = (
    "can't tell: the loss that the program computes is scaled as nobody scales one that is known, and its "
    "gradients are not of that. `gradcheck init` writes the contract, for its loss to be put right"
)
UNKNOWN_DECAY = (
    "can't tell: but for weight decay all is right, and no loss was seen that says what ought to decay, and how "
    "much. `gradcheck init` writes the contract, for its loss to be put right"
)
_OF_DECAY = frozenset((*(fault.name for fault in decay.FAULTS), "bias-regularised"))

Family = Callable[[Sandbox, str, Facts], Iterator[Candidate | str]]
FAMILIES: Mapping[str, Family] = {
    "a function that is given the arrays": functions.candidates,
    "an object that keeps the parameters": objects.candidates,
    "globals that are the parameters": objects.of_module,
    "a pass of a training loop": scripts.candidates,
    "a pass of a loop over its objects": object_loops.candidates,
    "a call of its own, with what it makes for it": replays.candidates,
}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """
    A configuration for one program.

    Attributes
    ----------
    toml : str
        Its text.
    assignment : Assignment
        Read from that text; its path is the program's.
    summary : str
        What was recognised, and the check's first result.
    doubts : tuple of str
        What it is unsure of.
    choice : Choice
        The loss that it is held to, and how far that can be relied on.
    understood : bool
        Whether it does, the gradients could be read, and nothing important is guessed.
    """

    toml: str
    assignment: Assignment
    summary: str
    doubts: tuple[str, ...]
    choice: Choice
    understood: bool

    def qualified(self, report: Report) -> Report:
        """Say in a report what the contract is unsure of; what the program itself may contradict hasn't passed."""
        return replace(report, submissions=tuple(self._qualified(one) for one in report.submissions))

    def _qualified(self, report: SubmissionReport) -> SubmissionReport:
        if report.path != self.assignment.path:
            return replace(report, notes=(f"the contract was assumed of `{self.assignment.path}`", *report.notes))
        doubts = tuple(f"unsure: {doubt}" for doubt in self.doubts)
        graded = report.outcome in (Outcome.PASSED, Outcome.FAILED)  # else the first note is why it isn't
        notes = (*doubts, *report.notes) if graded else (*report.notes[:1], *doubts, *report.notes[1:])
        untold = self._untold(report)
        if not untold:
            return replace(report, notes=notes)
        return replace(report, outcome=Outcome.UNGRADABLE, findings=(), notes=(untold, *notes))

    def _untold(self, report: SubmissionReport) -> str:
        """Say why nobody can tell whether a program is right that isn't told what it ought to compute."""
        if report.outcome is Outcome.PASSED:
            untold = UNTOLD_TOGETHER.format(self.choice.torn) if self.choice.torn else UNTOLD
            return "" if self.choice.rests else untold
        faults = {finding.fault for finding in report.findings}
        if report.outcome is Outcome.FAILED and self.choice.odd:
            return UNKNOWN_LOSS
        if report.outcome is Outcome.FAILED and not self.choice.seen and faults and faults <= _OF_DECAY:
            return UNKNOWN_DECAY
        return ""


def propose(path: str) -> Proposal:
    """
    Propose a configuration for a program.

    Parameters
    ----------
    path : str
        Of a .py or .ipynb file.

    Raises
    ------
    UngradableError
        If nothing can be made of it; with what it is, what was tried and a contract to fill in by hand.
    """
    source = read_source(path)
    facts = reading.read(source.text, os.path.dirname(source.path))
    if hopeless(facts):
        raise refusal(path, facts, {})
    with Sandbox(timeout=3.0) as sandbox:
        best, refusals = _best(sandbox, path, facts)
        if best is None:
            raise refusal(path, facts, refusals)
        best = with_loss(sandbox, path, facts, best)
        if usage.has_one_output(facts) and not best.sure:
            best = _with_one_output(sandbox, path, best)
        one_by_one = usage.one_by_one(facts) or best.candidate.of_one
        written = write(best, path, one_by_one, descends=usage.descends(facts))
        assignment = from_document(tomllib.loads(written.toml), path)
        doubt = "" if assignment.network.weight_decay else _decay_off(facts)
        report = Verifier(assignment, sandbox, feedback="verdict").verify(path)
    if of_some_loss(best) and not _explained(report):
        raise unknown_loss(path, written.toml)
    verdicts = ", ".join(f"{one.name} {one.verdict.value}" for one in report.parameters) or "; ".join(
        report.notes[:1]
    )
    summary = f"{written.summary}\ncheck: {report.outcome.value}: {verdicts}"
    alone = best.candidate.layout.pins.get("n") == 1 and best.candidate.contract.script is None
    understood = written.choice.rests and bool(report.parameters) and (not alone or one_by_one)
    doubts = (*written.doubts, *([doubt] if doubt else []))
    summary += "".join(f"\nunsure: {one}" for one in doubts)
    return Proposal(
        toml=f"# unsure: {doubt}\n{written.toml}" if doubt else written.toml,
        assignment=assignment,
        summary=summary,
        doubts=doubts,
        choice=written.choice,
        understood=understood,
    )


def _explained(report: SubmissionReport) -> bool:
    """Whether mistakes that are known account for all that is wrong: no loss has such gradients."""
    named = {name for finding in report.findings if finding.fault for name in finding.parameters}
    return named >= {one.name for one in report.parameters if not one.verdict.passes}


def _decay_off(facts: Facts) -> str:
    """Say so where the program may have weight decay that the contract switches off."""
    computed = {
        ast.unparse(target)
        for node in ast.walk(facts.tree)
        if isinstance(node, ast.Assign)
        for target, value in _each_assigned(node)
        if isinstance(value, ast.Call | ast.BinOp)
    }
    names = {node.arg for node in ast.walk(facts.tree) if isinstance(node, ast.arg)}
    names |= {node.id for node in ast.walk(facts.tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(facts.tree) if isinstance(node, ast.Attribute)}
    decays = vocabulary.decays(sorted(names - computed))
    if not decays:
        return ""
    return f"`{decays[0]}` may be weight decay; this contract has none of it, so mistakes in it can't be seen"


def _each_assigned(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Names and what they are given, one by one where several are at once: `l1, l2 = Layer(), Layer()`."""
    for target in node.targets:
        if not isinstance(target, ast.Tuple | ast.List):
            yield target, node.value
        elif isinstance(node.value, ast.Tuple | ast.List) and len(node.value.elts) == len(target.elts):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield from ((one, node.value) for one in target.elts)


def _with_one_output(sandbox: Sandbox, path: str, confirmed: Confirmed) -> Confirmed:
    """What a program that has one output says of more is no mistake: `np.sum(dZ2)`, `dZ2 * W2.T`."""
    layout = confirmed.candidate.layout
    candidate = replace(confirmed.candidate, layout=replace(layout, pins={**layout.pins, "k": 1}))
    single = confirm(sandbox, path, candidate)
    return single if isinstance(single, Confirmed) and single.agreement > confirmed.agreement else confirmed


def _of_one(confirmed: Confirmed, single: set[str]) -> bool:
    """Whether what is called is what the file itself hands one example at a time."""
    return bool(single & usage.called_in(confirmed.candidate.contract.run))


def _best(sandbox: Sandbox, path: str, facts: Facts) -> tuple[Confirmed | None, dict[str, str]]:
    """Try the families of candidates one after another until one is sure."""
    last = time.monotonic() + _ALL_SECONDS
    best: Confirmed | None = None
    refusals: dict[str, str] = {}
    single = usage.given_one(facts)
    most: tuple[int, ...] = ()
    doubt = ""
    asked: set[str] = set()  # families in which the program's own loss was looked for to found something on
    for family, candidates in FAMILIES.items():
        confirmed = refused = 0
        end = min(last, time.monotonic() + _SECONDS)
        for candidate in candidates(sandbox, path, facts):
            outcome = candidate if isinstance(candidate, str) else confirm(sandbox, path, candidate)
            if isinstance(outcome, Confirmed) and not outcome.founded and family not in asked:
                asked.add(family)
                outcome = with_loss(sandbox, path, facts, outcome)
            score = outcome.score(_of_one(outcome, single)) if isinstance(outcome, Confirmed) else ()
            better = best is None or score > most
            suspect = suspicion(sandbox, path, outcome) if isinstance(outcome, Confirmed) and better else ""
            if not outcome:
                pass  # one more was tried, in vain
            elif isinstance(outcome, str) or not (suspect or outcome.founded):
                outcome = UNFOUNDED if isinstance(outcome, Confirmed) else outcome
                refusals[family] = outcome if outcome == UNKNOWN else refusals.get(family, outcome)
                refused += 1
            else:
                # one that is suspicious may be the best all the same: read otherwise, it is no more a gradient
                if suspect:
                    refusals.setdefault(family, suspect)
                confirmed += 1
                if better:
                    best, most, doubt = outcome, score, suspect
                if outcome.sure and outcome is best:
                    return outcome, refusals
            if confirmed == _PATIENCE or refused == _REFUSALS or time.monotonic() > end:
                break
        if time.monotonic() > last:
            break
    return None if doubt else best, refusals
