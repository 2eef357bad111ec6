"""Many submissions: all of them have an outcome, in their order, whatever one of them does."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.errors import SandboxError
from gradcheck.findings import Outcome
from gradcheck.gate import check
from gradcheck.gathering import Submission
from gradcheck.guarded import Verify
from gradcheck.reports.report import SubmissionReport
from gradcheck.state import State

NAMES = [f"s{number}.py" for number in range(20)]


@contextlib.contextmanager
def verifier() -> Iterator[Verify]:
    """Stands in for a sandbox with a verifier: a name says what happens."""

    def verify(path: str) -> SubmissionReport:
        name = os.path.basename(path)
        if "raise" in name:
            raise RuntimeError("a bug of ours")
        if "kill" in name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in name:
            time.sleep(0.2)
        return SubmissionReport(path=path, outcome=Outcome.PASSED)

    yield verify


@contextlib.contextmanager
def refusing() -> Iterator[Verify]:
    """Stands in for a sandbox that can't be opened."""
    raise SandboxError("the wall `landlock`", "no way to stand")
    yield


@pytest.mark.parametrize("jobs", [1, 2])
def test_reports_are_in_the_order_given(jobs: int) -> None:
    """However many work at it, and whoever is done first."""
    paths = ["slow.py", *NAMES]
    seen: list[int] = []
    checked = check(paths, verifier, jobs=jobs, on_result=lambda index, report: seen.append(index))
    assert [report.path for report in checked.reports] == paths
    assert sorted(seen) == list(range(len(paths)))
    assert not checked.interrupted


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_the_grader_stays_with_one_submission(jobs: int) -> None:
    """An exception is that one's `grader-error`, and the others are graded."""
    checked = check([*NAMES[:3], "raise.py", *NAMES[3:]], verifier, jobs=jobs)
    outcomes = [report.outcome for report in checked.reports]
    assert outcomes == [Outcome.PASSED] * 3 + [Outcome.GRADER_ERROR] + [Outcome.PASSED] * 17
    assert "a bug of ours" in checked.reports[3].notes[0]


def test_a_worker_that_dies_takes_one_submission_with_it() -> None:
    """It is replaced, as often as need be."""
    checked = check(["kill.py", *NAMES, "kill2.py", "kill3.py"], verifier, jobs=2)
    outcomes = [report.outcome for report in checked.reports]
    assert outcomes == [Outcome.GRADER_ERROR] + [Outcome.PASSED] * 20 + [Outcome.GRADER_ERROR] * 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sandbox_that_cannot_be_opened_is_an_error(jobs: int) -> None:
    """Nothing is graded then, and the reason is raised as it is."""
    with pytest.raises(SandboxError, match="landlock"):
        check(NAMES, refusing, jobs=jobs)


def test_what_cannot_be_graded_is_ungradable() -> None:
    """A problem found beforehand is that entry's outcome, in its place."""
    checked = check(["a.py", Submission("class/bob", "holds nothing"), "b.py"], verifier, jobs=1)
    assert [report.outcome for report in checked.reports] == [Outcome.PASSED, Outcome.UNGRADABLE, Outcome.PASSED]
    assert checked.reports[1].notes == ("bob holds nothing",)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_gives_what_is_done(jobs: int) -> None:
    """Ctrl-C ends the check, not the report."""

    def interrupt(index: int, report: SubmissionReport) -> None:
        if index == 4:
            raise KeyboardInterrupt

    # not all are done before anybody hears of the fifth
    paths = [*NAMES[:5], *(f"slow{number}.py" for number in range(40))]
    checked = check(paths, verifier, jobs=jobs, on_result=interrupt)
    assert checked.interrupted
    assert 1 <= len(checked.reports) < len(paths)


def test_nothing_is_no_work() -> None:
    """An empty list gives an empty result and starts nothing."""
    assert check([], refusing).reports == ()


def test_finished_ones_are_not_graded_again(tmp_path: Path) -> None:
    """A second run takes them from the state; what changed is graded, and so are the grader's own errors."""
    paths = [str(tmp_path / name) for name in ("a.py", "b.py", "raise.py")]
    for path in paths:
        Path(path).write_text("1")
    first = check(paths, verifier, jobs=1, state=State(str(tmp_path / "state"), hidden=paths))
    state = State(str(tmp_path / "state"), hidden=paths)
    assert state.get(state.key(paths[2])) is None
    assert check(paths[:2], refusing, jobs=1, state=state).reports == first.reports[:2]
    Path(paths[0]).write_text("2")
    with pytest.raises(SandboxError):
        check(paths[:2], refusing, jobs=1, state=state)


PROGRAM = """
import sys, time
sys.path.insert(0, {folder!r})
import test_gate
from gradcheck.gate import check
from gradcheck.state import State
paths = sys.argv[2:]
check(paths, test_gate.verifier, jobs=1, state=State(sys.argv[1], hidden=paths),
      on_result=lambda index, report: print(index, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_killed_at_any_moment_nothing_finished_is_lost(tmp_path: Path) -> None:
    """What had been announced before a SIGKILL is in the state, and the runs together come to the whole."""
    paths = [str(tmp_path / f"slow{number}.py") for number in range(12)]
    for path in paths:
        Path(path).write_text("1")
    command = [
        sys.executable,
        "-c",
        PROGRAM.format(folder=str(Path(__file__).parent)),
        str(tmp_path / "state"),
        *paths,
    ]
    moments = random.Random(0)
    announced: set[int] = set()
    for _ in range(4):
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(moments.uniform(0.3, 1.2))
        run.kill()
        announced |= {int(line) for line in run.communicate()[0].split()}
        state = State(str(tmp_path / "state"), hidden=paths)
        assert all(state.get(state.key(paths[index])) for index in announced)
        state.close()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    state = State(str(tmp_path / "state"), hidden=paths)
    whole = check(paths, refusing, state=state).reports
    assert [report.path for report in whole] == paths
