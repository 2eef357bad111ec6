"""
How well mistakes are found, placed and mended: mutants of right programs, through the whole of gradcheck.

    python tests/benchmarks/diagnosis/run.py --mutants 5 --seed 0 --jobs 2 --log trials.jsonl

prints the table of the README, for the half of the programs that the diagnosis was developed on and for the half
held out, and writes every trial with the change and what was said of it. Mutants that change no gradient are left
out by the reference; those that never run are counted apart.
"""

from __future__ import annotations

import argparse
import difflib
import json
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parent))

import mutants

from gradcheck.config.reading import read
from gradcheck.findings import Finding, Outcome
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CASES = Path(__file__).parents[3] / "cases"


@dataclass(frozen=True)
class Trial:
    """What came of one mutant."""

    case: str
    held_out: bool
    operator: str
    detected: bool
    places: tuple[tuple[int, ...], ...]  # of each finding: lines, the first first
    lines: tuple[tuple[int, ...], ...]  # of each change: where it is, and other lines that are as right
    mended: bool
    claimed: bool
    sound: bool  # what is said to be mended is right on probes of another seed
    edits: int
    seconds: float
    change: str = ""  # what was done to the program
    said: tuple[str, ...] = ()  # of each finding: name, place and edit


def cases() -> Iterator[tuple[Path, Path]]:
    """Every right program with its configuration."""
    for path in sorted(CASES.rglob("*.py")):
        head = path.read_text(encoding="utf-8", errors="replace")[:200]
        if "# expect: correct" not in head or {"faults", "unknown"} & set(path.parts):
            continue
        own = path.with_suffix(".toml")
        shared = [folder / "assignment.toml" for folder in path.parents if (folder / "assignment.toml").exists()]
        config = own if own.exists() else next(iter(shared), None)
        if config is not None:
            yield path, config


def tried(path: Path, config: Path, count: int, faults: int, seed: int) -> tuple[list[Trial], Counter[str]]:
    """Mutants of one program, each in a copy of its folder, and what became of those that are none."""
    warnings.simplefilter("ignore")
    tally: Counter[str] = Counter()
    return list(_tried(path, config, count, faults, seed, tally)), tally


def _tried_of(task: tuple[Path, Path, int, int, int]) -> tuple[list[Trial], Counter[str]]:
    return tried(*task)


def _tried(path: Path, config: Path, count: int, faults: int, seed: int, tally: Counter[str]) -> Iterator[Trial]:
    held_out = crc32(path.name.encode()) % 2 == 1
    assignment = read(str(config))
    text = path.read_text(encoding="utf-8")
    random = Random(f"{seed} {path.name}")
    with tempfile.TemporaryDirectory() as folder, Sandbox("auto", timeout=10.0) as sandbox:
        copy = Path(folder) / "work"
        shutil.copytree(path.parent, copy)
        target = copy / path.name
        verifier = Verifier(assignment, sandbox)
        judge = Verifier(assignment, sandbox, feedback="verdict")
        reseeded = replace(assignment, probes=replace(assignment.probes, seed=assignment.probes.seed + 7919))
        other_seed = Verifier(reseeded, sandbox, feedback="verdict")
        if judge.verify(str(target)).outcome is not Outcome.PASSED:
            tally["programs not passed"] += 1
            return
        tally["findings on correct programs"] += len(verifier.verify(str(target)).findings)
        tally["correct programs"] += 1
        found = 0
        first_time = True
        wrong: list[mutants.Mutant] = []  # two of which make two faults
        for mutant in mutants.sample(text, 15 * count, seed + crc32(path.name.encode())):
            target.write_text(mutant.text, encoding="utf-8")
            verdict = judge.verify(str(target))
            if verdict.outcome is not Outcome.FAILED:
                tally[{Outcome.PASSED: "equivalent"}.get(verdict.outcome, "never run")] += 1
                continue
            lines, changed = (mutant.lines,), mutant.text
            if faults == 2:
                others = [(one, both) for one in wrong if (both := mutants.together(text, one, mutant))]
                wrong.append(mutant)
                if not others:
                    continue
                other, changed = random.choice(others)
                lines = (other.lines, mutant.lines)
                target.write_text(changed, encoding="utf-8")
                if judge.verify(str(target)).outcome is not Outcome.FAILED:
                    continue
            if first_time:  # what is predicted of an assignment is made once, by its first wrong submission
                verifier.verify(str(target))
                first_time = False
            one = trial(path, held_out, mutant.operator, lines, target, verifier, other_seed)
            yield replace(one, change=_changes(text, changed))
            found += 1
            if found == count:
                return


def trial(
    path: Path,
    held_out: bool,
    operator: str,
    lines: tuple[tuple[int, ...], ...],
    target: Path,
    verifier: Verifier,
    other_seed: Verifier,
) -> Trial:
    """Diagnose one mutant, and run what the fix makes of it."""
    start = time.perf_counter()
    report = verifier.verify(str(target))
    seconds = time.perf_counter() - start
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    mended, sound = False, True
    if fixes:
        target.write_text(fixes[-1].replaced, encoding="utf-8")
        after = other_seed.verify(str(target))
        mended = after.outcome is Outcome.PASSED
        claimed = {name for finding in report.findings if finding.fix for name in finding.parameters}
        sound = claimed <= {one.name for one in after.parameters if one.verdict.passes}
    named = [finding for finding in report.findings if finding.location is not None]
    return Trial(
        case=str(path.relative_to(CASES)),
        held_out=held_out,
        operator=operator,
        detected=report.outcome is Outcome.FAILED,
        places=tuple(_lines(finding) for finding in sorted(named, key=lambda f: f.fix is None)),
        lines=lines,
        mended=mended,
        claimed=bool(fixes),
        sound=sound,
        edits=len(fixes),
        seconds=seconds,
        said=tuple(
            f"{finding.site} {finding.fault or '-'} {_lines(finding)} {_edit(finding)}"
            for finding in report.findings
        ),
    )


def _changes(before: str, after: str) -> str:
    """Lines that differ."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))


def _edit(finding: Finding) -> str:
    lines = finding.fix.diff.splitlines() if finding.fix else []
    return " / ".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("---", "+++"))


def _lines(finding: Finding) -> tuple[int, ...]:
    places = [finding.location, *finding.alternatives]
    return tuple(place.line for place in places if place is not None)


def table(trials: list[Trial], faults: int) -> list[tuple[str, str]]:
    """The rows of the table for some trials."""
    count = max(1, len(trials))

    def share(number: int) -> str:
        return f"{100 * number / count:.1f} %"

    def placed(one: Trial, depth: int, strictly: bool = False) -> bool:
        some = {line for places in one.places for line in places[:depth]}
        return all(not some.isdisjoint(lines[:1] if strictly else lines) for lines in one.lines)

    times = [one.seconds for one in trials] or [0.0]
    return [
        ("mutants", str(len(trials))),
        ("wrong gradients detected", share(sum(one.detected for one in trials))),
        ("right line first", share(sum(placed(one, 1) for one in trials))),
        ("the same, of what is gone its place alone", share(sum(placed(one, 1, strictly=True) for one in trials))),
        ("right line in the first three", share(sum(placed(one, 3) for one in trials))),
        ("the same, of what is gone its place alone", share(sum(placed(one, 3, strictly=True) for one in trials))),
        ("verified fix of everything", share(sum(one.mended for one in trials))),
        ("of these, one edit a mistake", share(sum(one.mended and one.edits <= faults for one in trials))),
        ("a fix shown that is not right", share(sum(not one.sound for one in trials))),
        ("a fix of one part only", share(sum(one.claimed and one.sound and not one.mended for one in trials))),
        ("median time", f"{statistics.median(times):.2f} s"),
    ]


def main() -> None:
    """Run, print the table and what is left by operator."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=2, help="of each program")
    parser.add_argument("--faults", type=int, choices=(1, 2), default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="programs whose path has this in it")
    parser.add_argument("--programs", type=int, help="take so many of them, by chance")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after the program that is done by then")
    parser.add_argument("--jobs", type=int, default=1, help="how many programs at a time")
    parser.add_argument("--log", help="file to write every trial to, a line of JSON each")
    options = parser.parse_args()
    chosen = [case for case in cases() if options.only in str(case[0])]
    Random(options.seed).shuffle(chosen)
    tasks = [(*case, options.mutants, options.faults, options.seed) for case in chosen[: options.programs]]
    started, results = time.monotonic(), []
    log = open(options.log, "w", encoding="utf-8") if options.log else None  # noqa: SIM115, closed at the end
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for result in pool.imap_unordered(_tried_of, tasks):
            results.append(result)
            if log:
                log.write("".join(json.dumps(asdict(one)) + "\n" for one in result[0]))
                log.flush()
            if time.monotonic() - started > options.seconds:
                break
    trials = [trial for some, _ in results for trial in some]
    tally = sum((counts for _, counts in results), Counter[str]())
    if log:
        log.close()
    halves = [[one for one in trials if one.held_out is held_out] for held_out in (False, True)]
    print("| | developed on | held out |\n|---|---|---|")
    for (name, first), (_, second) in zip(*(table(half, options.faults) for half in halves), strict=True):
        print(f"| {name} | {first} | {second} |")
    print()
    print(", ".join(f"{name}: {number}" for name, number in sorted(tally.items())))
    left = Counter(one.operator for one in trials if not one.mended)
    total = Counter(one.operator for one in trials)
    print("not mended: " + ", ".join(f"{name} {number} of {total[name]}" for name, number in left.most_common()))


if __name__ == "__main__":
    main()
