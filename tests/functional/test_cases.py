"""
Every case under `cases/`, against what its first line says must be found.

The first line of a case is `# expect: correct`, `# expect: unknown` or faults; see `Expectation`. Its
configuration is the .toml of its name, of its name without `_wrong`, or the folder's `assignment.toml`. A folder
with a .toml of its name beside it is one submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gradcheck.config import read
from gradcheck.faults import BY_NAME
from gradcheck.findings import Finding, Location, Outcome
from gradcheck.gate import find_submissions
from gradcheck.network.backward import SITES
from gradcheck.reports.report import SubmissionReport
from gradcheck.submissions.reading import read_source
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CASES = Path(__file__).parents[2] / "cases"
EXACT = ("thread", "faults")
"""Folders whose cases are asked for lines, too, with everything that helps to find them."""
SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True)
class Expected:
    """One fault that must be found: `SITE FAULT [cell C] [line N]`, with ? for any site, or any name or none."""

    site: str
    fault: str
    cell: int | None
    line: int | None


@dataclass(frozen=True)
class Expectation:
    """What a first line says: an outcome, words that a note must have, the faults, each of them one finding."""

    kind: str
    note: str = ""
    faults: tuple[Expected, ...] = ()


def parse(line: str) -> Expectation:
    """Read a first line."""
    match = re.fullmatch(r"# expect: (.+)", line.strip())
    assert match, f"no expectation in {line!r}"
    text = match[1]
    if correct := re.fullmatch(r'correct(?:, note "([^"]+)")?', text):
        return Expectation("correct", correct[1] or "")
    if unknown := re.fullmatch(r"unknown(?: ([a-z]\w*))?(?: cell (\d+))?(?: line (\d+))?", text):
        cell, line_number = (int(group) if group else None for group in unknown.group(2, 3))
        return Expectation("unknown", faults=(Expected(unknown[1] or "?", "?", cell, line_number),))
    faults = []
    for part in text.split("; "):
        found = re.fullmatch(r"(\S+) (\S+)(?: cell (\d+))?(?: line (\d+))?", part)
        assert found, f"{part!r} is no SITE FAULT [cell C] [line N]"
        assert found[1] in ("?", *SITES), f"there is no site {found[1]}"
        assert found[2] in ("?", *BY_NAME), f"the catalogue has no {found[2]}"
        cell, line_number = (int(group) if group else None for group in found.group(3, 4))
        faults.append(Expected(found[1], found[2], cell, line_number))
    return Expectation("faults", faults=tuple(faults))


def complaints(report: SubmissionReport, expectation: Expectation, lines: bool) -> list[str]:
    """Everything in which a report falls short of an expectation; none for one that meets it."""
    if failed := [note for note in report.notes if "gradcheck itself failed" in note]:
        return failed
    if expectation.kind == "correct":
        return list(_not_correct(report, expectation.note))
    if report.outcome is not Outcome.FAILED:
        return [f"the outcome is {report.outcome}: {report.notes}"]
    if expectation.kind == "unknown":
        named = [finding.fault for finding in report.findings if finding.fault]
        if named or not report.findings:
            return [f"named {named} of {len(report.findings)} findings"]
        return [] if _met(report.findings, expectation.faults[0], lines=False) else ["another site is named"]
    missed = [fault for fault in expectation.faults if not _met(report.findings, fault, lines)]
    found = [(f.site, f.fault, f.equivalent, _lines(f)) for f in report.findings]
    said = [f"{fault} was not found in {found}" for fault in missed]
    if len(report.findings) > len(expectation.faults) and not any(f.fault == "?" for f in expectation.faults):
        said.append(f"one mistake is told more than once: {found}")
    return said


def _not_correct(report: SubmissionReport, note: str) -> Iterator[str]:
    if report.outcome is not Outcome.PASSED or report.findings:
        wrong = [(p.name, p.verdict, p.note) for p in report.parameters if not p.verdict.passes]
        yield f"the outcome is {report.outcome}: {report.notes}, {wrong}, {report.findings}"
    if note and not any(note in one for one in report.notes):
        yield f"no note says {note!r}: {report.notes}"


def _met(findings: tuple[Finding, ...], expected: Expected, lines: bool) -> bool:
    """Whether some finding is the expected one, by any of its equal names and at any of its places."""
    return any(
        expected.site in ("?", finding.site)
        and expected.fault in ("?", finding.fault, *finding.equivalent)
        and not (lines and expected.line is not None and not _at(finding, expected))
        for finding in findings
    )


def _places(finding: Finding) -> tuple[Location, ...]:
    return (finding.location, *finding.alternatives) if finding.location else ()


def _at(finding: Finding, expected: Expected) -> bool:
    assert expected.line is not None
    return any(
        place.cell == expected.cell and place.line <= expected.line <= place.end_line for place in _places(finding)
    )


def _lines(finding: Finding) -> list[int]:
    return [place.line for place in _places(finding)]


def configuration(case: Path) -> Path:
    """The configuration of a case."""
    stems = (case.stem, case.stem.removesuffix("_wrong"), "assignment")
    return next(path for stem in stems if (path := case.parent / f"{stem}.toml").is_file())


def discover(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Every case of a folder, with its configuration."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and (beside := path.parent / f"{path.name}.toml").is_file():
            contract = read(str(beside)).contract
            assert contract
            entries = (Path(entry.path) for entry in find_submissions([str(folder)], contract.file))
            yield next(entry for entry in entries if path in entry.parents), beside
        elif path.is_dir():
            yield from discover(path)
        elif path.suffix in SUFFIXES:
            yield path, configuration(path)


def first_line(case: Path) -> str:
    """The first line that says anything; of a notebook that of its code."""
    return next(line for line in read_source(str(case)).text.splitlines() if line.strip())


class Checker:
    """One sandbox for all cases, and one verifier for each configuration."""

    def __init__(self) -> None:
        self.sandbox = Sandbox("none")
        self._verifiers: dict[Path, Verifier] = {}

    def verifier(self, config: Path) -> Verifier:
        if config not in self._verifiers:
            feedback = "fix" if self.exact(config) else "cause"
            self._verifiers[config] = Verifier(read(str(config)), self.sandbox, feedback=feedback)
        return self._verifiers[config]

    @staticmethod
    def exact(path: Path) -> bool:
        return path.relative_to(CASES).parts[0] in EXACT

    def __call__(self, case: Path, config: Path, line: str | None = None) -> list[str]:
        expectation = parse(first_line(case) if line is None else line)
        report = self.verifier(config).verify(str(case))
        return complaints(report, expectation, self.exact(case))


@pytest.fixture(scope="module")
def check() -> Iterator[Checker]:
    checker = Checker()
    with checker.sandbox:
        yield checker


@pytest.mark.parametrize(
    ("case", "config"),
    [pytest.param(case, config, id=case.relative_to(CASES).as_posix()) for case, config in discover(CASES)],
)
def test_a_case_is_found_to_be_what_its_first_line_says(check: Checker, case: Path, config: Path) -> None:
    """Outcome, names and sites of every case are the expected ones; of the exact folders the lines, too."""
    assert check(case, config) == []


THREAD = CASES / "thread"
RIGHT, WRONG = THREAD / "the-answers-rule.py", THREAD / "summed-to-one-number.py"
UNKNOWN = CASES / "unknown" / "columns_sorted.py"


@pytest.mark.parametrize(
    ("case", "line"),
    [
        (RIGHT, "# expect: b2 bias-summed-to-scalar line 18"),
        (RIGHT, "# expect: unknown"),
        (RIGHT, '# expect: correct, note "float32"'),
        (WRONG, "# expect: correct"),
        (WRONG, "# expect: unknown"),
        (WRONG, "# expect: b2 bias-summed-over-wrong-axis line 18"),
        (WRONG, "# expect: b1 bias-summed-to-scalar line 18"),
        (WRONG, "# expect: b2 bias-summed-to-scalar line 6"),
        (WRONG, "# expect: b2 bias-summed-to-scalar cell 1 line 18"),
        (WRONG, "# expect: b2 bias-summed-to-scalar line 18; b1 bias-summed-to-scalar line 20"),
        (UNKNOWN, "# expect: correct"),
        (UNKNOWN, "# expect: w1 weight-gradient-transposed line 14"),
    ],
)
def test_a_wrong_expectation_is_not_met(check: Checker, case: Path, line: str) -> None:
    """Right is not taken for wrong, nor wrong for right, nor one name, site, line or cell for another."""
    assert check(case, configuration(case), line)


def test_a_mistake_told_twice_is_not_met(check: Checker) -> None:
    """One root cause is one finding: a second one is a complaint."""
    report = check.verifier(configuration(WRONG)).verify(str(WRONG))
    twice = replace(report, findings=report.findings * 2)
    expectation = parse(first_line(WRONG))
    assert not complaints(report, expectation, lines=True)
    assert complaints(twice, expectation, lines=True)


@pytest.mark.parametrize(
    "line",
    ["import numpy as np", "# expect:", "# expect: correct, note", "# expect: b2", "# expect: b2 no-such-fault"],
)
def test_a_first_line_that_expects_nothing_is_refused(line: str) -> None:
    """A case without an expectation, or with one that can't be read, is not passed over."""
    with pytest.raises(AssertionError):
        parse(line)


def test_every_program_below_the_cases_is_a_case() -> None:
    """No file is passed over: each is a case of its own, or part of a folder that is one."""
    cases = {case for case, _ in discover(CASES)}
    folders = {case.parent for case, config in discover(CASES) if config.stem == case.parent.name}
    for path in CASES.rglob("*"):
        if path.suffix in SUFFIXES and "__pycache__" not in path.parts:
            assert path in cases or not folders.isdisjoint(path.parents), path
