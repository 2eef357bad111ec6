"""Jobs of a search may share a process; what goes wrong with one of them is tried by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradcheck.config import Contract
from gradcheck.submissions import sandbox as module
from gradcheck.submissions.fresh import Fresh
from gradcheck.submissions.job import Inputs, Job
from gradcheck.submissions.process import Zygote
from gradcheck.submissions.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process goes on here")

KEPT = "import os, time\nimport numpy as np\n\ndef backward(X):\n    {body}\n    return X + os.getpid()\n"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One that nothing has run in."""
    with Sandbox("auto", 4.0) as opened:
        yield opened


def job(folder: Path, body: str = "pass", name: str = "backprop.py") -> Job:
    """A job whose gradient is the number of its process."""
    (folder / name).write_text("def backward(X): ...\n")
    return Job(
        path=str(folder / name),
        contract=Contract(run="g = backward(X)", gradients={"W1": "g"}),
        inputs=(Inputs(arrays={"X": np.zeros((1, 1))}, sizes={"n": 1, "d": 1, "h": 1, "k": 1}),),
        source=KEPT.format(body=body),
        continues=True,
    )


def process(sandbox: Sandbox, asked: Job) -> float:
    """Where a job ran."""
    result = sandbox.run(asked)
    assert result.status == "done", result
    return float(result.probes[0].gradients["W1"][0, 0])


def test_a_search_goes_on_in_one_process(sandbox: Sandbox, tmp_path: Path) -> None:
    """Of one file, and no longer than another kind of job comes between."""
    first = process(sandbox, job(tmp_path))
    assert process(sandbox, job(tmp_path, "os.getppid()")) == first
    assert process(sandbox, job(tmp_path, name="other.py")) != first


def test_a_verdict_has_a_process_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    """Neither what went before nor what comes after it runs there."""
    asked = job(tmp_path)
    places = [process(sandbox, one) for one in (asked, replace(asked, continues=False), asked)]
    assert len(set(places)) == 3


def test_what_a_job_prints_and_gives_is_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    """The results of one don't reach the next, nor are there fewer."""
    many = replace(job(tmp_path, "print('one')"), inputs=job(tmp_path).inputs * 3)
    assert sandbox.run(many).output == "one\n" * 3
    result = sandbox.run(job(tmp_path, "print('two')"))
    assert (result.output, len(result.probes)) == ("two\n", 1)


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "raise SystemExit"])
def test_one_that_ends_the_process_ends_no_other(sandbox: Sandbox, tmp_path: Path, end: str) -> None:
    """It has the status that it has by itself, and the next one runs."""
    before = process(sandbox, job(tmp_path))
    alone = sandbox.run(replace(job(tmp_path, end), continues=False))
    result = sandbox.run(job(tmp_path, end))
    assert (result.status, result.message) == (alone.status, alone.message)
    assert process(sandbox, job(tmp_path)) != before


def test_one_that_fails_for_what_was_left_behind_is_run_by_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    """What a version does to the process may end a later one that has nothing to do with it."""
    process(sandbox, job(tmp_path, "os.__dict__['spoiled'] = True"))
    spoiled = "os._exit(0) if hasattr(os, 'spoiled') else None"
    first = process(sandbox, job(tmp_path, spoiled))
    assert process(sandbox, job(tmp_path, spoiled)) == first


def test_what_still_runs_meets_no_other_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """A thread that a version has started goes with it."""
    thread = "import threading; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    first = process(sandbox, job(tmp_path, thread))
    assert process(sandbox, job(tmp_path)) != first


def test_a_job_that_hangs_is_ended_and_not_tried_again(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time that a job has is all that it gets."""
    process(sandbox, job(tmp_path))
    real, tries = Zygote.go_on, []
    monkeypatch.setattr(Zygote, "go_on", lambda *given: (tries.append(given), real(*given))[1])
    result = sandbox.run(job(tmp_path, "\n    while True: pass"))
    assert (result.status, result.message, len(tries)) == ("timeout", "not done after 4 s", 1)
    process(sandbox, job(tmp_path))


def test_the_limit_of_the_processor_counts_for_a_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """Many jobs that each stay below it are together above it, and all come to their end."""
    busy = "\n    end = time.process_time() + 1.2\n    while time.process_time() < end: pass"
    places = [process(sandbox, job(tmp_path, busy)) for _ in range(6)]
    assert 1 < len(set(places)) < 6


def test_where_nothing_forks_none_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every job has its process there."""
    monkeypatch.setattr(module, "_started", lambda mode, closed: (Fresh(), "not on this system"))
    with Sandbox("none", 20.0) as sandbox:
        assert process(sandbox, job(tmp_path)) != process(sandbox, job(tmp_path))
