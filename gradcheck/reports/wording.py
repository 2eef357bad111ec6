"""The phrases that several formats share, so that they never say the same thing in two ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gradcheck.findings import Finding, Location, Outcome, ParameterReport, Verdict
from gradcheck.reports.cleaning import clean, one_line
from gradcheck.reports.report import Report, SubmissionReport

UNEXPLAINED = "unexplained"
GRADED = (Outcome.PASSED, Outcome.FAILED)
_USES = 3  # of a helper that are named


def number(value: float | None, digits: int = 5) -> str:
    """Print a number short, `-` where there is none."""
    return "-" if value is None else f"{value:.{digits}g}"


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Print a shape as numpy does."""
    return "-" if shape is None else str(shape)


def index_text(index: tuple[int, ...] | None) -> str:
    """Print an index as it is written in Python."""
    return f"[{', '.join(map(str, index))}]" if index else "-"


def place(location: Location) -> str:
    """`ann.py:14:11`, all counted from 1 as editors do; `nb.ipynb:cell 3:14:11` in a notebook."""
    cell = "" if location.cell is None else f"cell {location.cell}:"
    return f"{one_line(location.file)}:{cell}{location.line}:{location.column + 1}"


def title(finding: Finding) -> str:
    """`b1: bias-summed-over-wrong-axis`; the parameters alone where the name is withheld, else what it says."""
    spoiled = ", ".join(map(one_line, finding.parameters))
    named = ": ".join(part for part in (spoiled, mistake(finding)) if part)
    return named or one_line(finding.message).partition(": ")[0]


def mistake(finding: Finding) -> str:
    """Name a mistake as far as it may be told; empty where the level of feedback withholds it."""
    return finding.fault or (UNEXPLAINED if finding.confidence == "unknown" else "")


def is_network(report: Report, submission: SubmissionReport) -> bool:
    """Whether this is the check of the network itself, its gradients being analytic; no program is."""
    return submission.path == report.config and not submission.path.endswith((".py", ".ipynb"))


def wrong_parameters(submission: SubmissionReport) -> list[ParameterReport]:
    """List the parameters that keep a submission from passing."""
    return [parameter for parameter in submission.parameters if not parameter.verdict.passes]


def unexplained_parameters(submission: SubmissionReport) -> list[ParameterReport]:
    """List those of them that no finding speaks of."""
    explained = {name for finding in submission.findings for name in finding.parameters}
    return [parameter for parameter in wrong_parameters(submission) if parameter.name not in explained]


def beside_gradients(submission: SubmissionReport) -> list[Finding]:
    """List the findings that no wrong gradient shows: they keep a submission from passing all the same."""
    wrong = {parameter.name for parameter in wrong_parameters(submission)}
    return [finding for finding in submission.findings if not wrong.intersection(finding.parameters)]


def headline(submission: SubmissionReport) -> str:
    """Say in half a line what became of a submission, whatever its outcome."""
    wrong = wrong_parameters(submission)
    if wrong:
        count = f"{len(wrong)} of {counted(len(submission.parameters), 'gradient')}"
        kinds = list(dict.fromkeys(str(parameter.verdict) for parameter in wrong))
        names = {kind: ", ".join(one_line(p.name) for p in wrong if p.verdict == kind) for kind in kinds}
        if len(kinds) == 1:
            return f"{count} {kinds[0]}: {names[kinds[0]]}"
        return f"{count} not right: {'; '.join(f'{names[kind]} {kind}' for kind in kinds)}"
    if submission.outcome in GRADED and submission.parameters:
        count = counted(len(submission.parameters), "gradient")
        return f"{count} right" if submission.passed else f"{count} right, but not all that goes with them"
    return one_line(submission.notes[0]) if submission.notes else str(submission.outcome)


def further_notes(submission: SubmissionReport) -> list[str]:
    """Give the notes that the headline hasn't already said."""
    said = headline(submission)
    return [note for i, note in enumerate(submission.notes) if i or one_line(note) != said]


def comparison(parameter: ParameterReport) -> str:
    """Say in a sentence how one parameter's gradient compares with the reference."""
    name = one_line(parameter.name)
    if parameter.verdict is Verdict.MISSING:
        return with_note(f"the gradient of {name} is missing", parameter)
    if parameter.verdict is Verdict.WRONG_SHAPE:
        shapes = f"has shape {shape_text(parameter.shape)}, expected {shape_text(parameter.expected_shape)}"
        return with_note(f"the gradient of {name} {shapes}", parameter)
    text = f"the gradient of {name} is {parameter.verdict}"
    if parameter.submitted is not None and parameter.verdict is not Verdict.CORRECT:
        at = f" at {index_text(parameter.worst_index)}" if parameter.worst_index else ""
        text += f": {number(parameter.submitted)} instead of {number(parameter.reference)}{at}"
        text += f", relative error {number(parameter.max_relative_error, 3)}"
        text += f" with tolerance {number(parameter.tolerance, 3)}" if parameter.tolerance is not None else ""
        text += f", {parameter.wrong_entries} of {counted(parameter.entries, 'entry', 'entries')} wrong"
    return with_note(text, parameter)


def with_note(text: str, parameter: ParameterReport) -> str:
    """Append the note that qualifies a verdict."""
    return f"{text} ({one_line(parameter.note)})" if parameter.note else text


def explanation(finding: Finding) -> str:
    """Give all the sentences of a finding: message, evidence, and what else it could be."""
    parts = [clean(finding.message), clean(finding.evidence), *remarks(finding)]
    return "\n".join(part for part in parts if part)


def remarks(finding: Finding) -> Iterator[str]:
    """Say what else a mistake could be, and what else its edit changes."""
    if finding.equivalent:
        yield f"The gradients alone can't tell it from: {', '.join(finding.equivalent)}."
    if finding.fix is not None and finding.fix.unrun:
        uses = finding.fix.unrun
        named = [*map(place, uses[:_USES]), *([f"{len(uses) - _USES} more"] if len(uses) > _USES else [])]
        helper, listed = one_line(uses[0].source), " and ".join(named)
        yield f"The fix changes {helper} for {listed} as well, which was not run: see that it is right there."


def other_places(finding: Finding) -> tuple[Location, ...]:
    """Where else a mistake may be; nowhere, once an edit of the place has been shown to mend it."""
    return () if finding.fix is not None and finding.fix.verified else finding.alternatives


def counted(count: int, one: str, many: str = "") -> str:
    """`1 gradient`, `4 gradients`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def totals(report: Report) -> str:
    """`12 submissions: 9 passed, 2 failed, 1 timeout`."""
    counts = report.summary
    parts = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
    return f"{counted(counts['submissions'], 'submission')}: {', '.join(parts) or 'nothing to check'}"


def ranked_faults(submissions: Sequence[SubmissionReport]) -> list[tuple[str, int]]:
    """Rank the mistakes by how many submissions made them, most frequent first, ties by name."""
    counts = Counter(
        name for submission in submissions for name in {mistake(finding) for finding in submission.findings} - {""}
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
