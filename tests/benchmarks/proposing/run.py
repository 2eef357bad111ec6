"""
How often `gradcheck init` proposes a contract that works: every program of some cases, without its configuration.

    python -m tests.benchmarks.proposing.run programs correct

prints the table of the README, and each program that fell short. A program is copied away from its configuration,
a contract is proposed for the copy, and the check with it is held against the check with the configuration written
by hand. A folder of one's own, with programs and their configurations side by side, may be named, too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gradcheck import config
from gradcheck.errors import GradcheckError
from gradcheck.findings import Outcome
from gradcheck.proposing import Proposal, propose
from gradcheck.reports.report import SubmissionReport
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier
from tests.functional.test_cases import discover, first_line

CASES = Path(__file__).parents[3] / "cases"
WORKS, WARNED, REFUSED, SILENT = "works", "warned", "refused", "silently wrong"
KINDS = (WORKS, WARNED, REFUSED, SILENT)


@dataclass(frozen=True)
class Trial:
    """What came of one program: one of `KINDS`, why, and how long the proposal took."""

    case: Path
    right: bool
    kind: str
    why: str
    seconds: float


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", default=["programs", "correct"], help="below cases/, or paths")
    parser.add_argument("--only", default="", help="only cases whose path has this in it")
    options = parser.parse_args()
    trials: list[Trial] = []
    with Sandbox("none") as sandbox:
        for name in options.folders:
            folder = CASES / name if (CASES / name).is_dir() else Path(name).resolve()
            for case, by_hand in discover(folder):
                if options.only in str(case):
                    trials.append(tried(case, by_hand, sandbox))
                    one = trials[-1]
                    if one.kind != WORKS or not one.right:
                        print(
                            f"{one.kind:<15}{case.relative_to(folder)} ({one.seconds:.1f} s): {one.why}",
                            flush=True,
                        )
    print("\n".join(table(trials)))


def tried(case: Path, by_hand: Path, sandbox: Sandbox) -> Trial:
    """Propose a contract for one program, and compare what it finds with what the one written by hand finds."""
    right = "# expect: correct" in first_line(case)
    wanted = Verifier(config.read(str(by_hand)), sandbox, feedback="verdict").verify(str(case))
    with tempfile.TemporaryDirectory() as folder:
        path = copied(case, by_hand, Path(folder))
        start = time.monotonic()
        try:
            proposal = propose(str(path))
        except GradcheckError as error:
            return Trial(case, right, REFUSED, str(error).splitlines()[0][:300], time.monotonic() - start)
        seconds = time.monotonic() - start
        found = Verifier(proposal.assignment, sandbox, feedback="verdict").verify(str(path))
    return Trial(case, right, *judged(proposal, wanted, found), seconds)


def copied(case: Path, by_hand: Path, folder: Path) -> Path:
    """The program somewhere else; the whole of its folder, where that is the program."""
    if case.parent.name == by_hand.stem:
        beside = folder / case.parent.name
        shutil.copytree(case.parent, beside, ignore=shutil.ignore_patterns("__pycache__", "*.toml"))
        return beside / case.name
    shutil.copy(case, folder)
    return folder / case.name


def judged(proposal: Proposal, wanted: SubmissionReport, found: SubmissionReport) -> tuple[str, str]:
    """Judge a proposal: the same parameters must be wrong, and all of them be compared."""
    missing = {one.name for one in wanted.parameters} - {one.name for one in found.parameters}
    same = wrong(found) == wrong(wanted) and (found.outcome is Outcome.PASSED) == (
        wanted.outcome is Outcome.PASSED
    )
    warned = not proposal.understood or "unsure: " in proposal.toml
    said = "; ".join(line for line in proposal.summary.splitlines() if line.startswith("unsure"))
    why = f"wrong {sorted(wrong(found))} for {sorted(wrong(wanted))}"
    why += f", without {sorted(missing)}" if missing else ""
    why += "" if found.parameters else f", {found.outcome}: {'; '.join(found.notes)[:200]}"
    why += f" [{'understood' if proposal.understood else 'not understood'}; {said}]"
    if same and not missing and found.parameters:
        return WORKS, why
    return (WARNED if warned else SILENT), why


def wrong(report: SubmissionReport) -> set[str]:
    """Names of the parameters whose gradients don't pass."""
    return {one.name for one in report.parameters if not one.verdict.passes}


def table(trials: list[Trial]) -> Iterator[str]:
    """The README's table."""
    yield "| programs | number | " + " | ".join(KINDS) + " | median, longest time |"
    yield "|---|---|" + "---|" * (len(KINDS) + 1)
    for title, right in (("right", True), ("wrong", False)):
        some = [one for one in trials if one.right == right]
        if not some:
            continue
        counts = Counter(one.kind for one in some)
        seconds = sorted(one.seconds for one in some)
        shares = " | ".join(f"{counts[kind]} ({counts[kind] / len(some):.0%})" for kind in KINDS)
        times = f"{seconds[len(some) // 2]:.1f} s, {seconds[-1]:.1f} s"
        yield f"| {title} | {len(some)} | {shares} | {times} |"


if __name__ == "__main__":
    main()
