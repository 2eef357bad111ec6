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


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "raise MemoryError"])
def test_one_that_ends_the_process_ends_no_other(sandbox: Sandbox, tmp_path: Path, end: str) -> None:
    """It has the status that it has by itself, and the next one runs."""
    alone = sandbox.run(replace(job(tmp_path, end), continues=False))
    assert alone.status != "done"
    before = process(sandbox, job(tmp_path))
    result = sandbox.run(job(tmp_path, end))
    assert (result.status, result.message) == (alone.status, alone.message)
    assert process(sandbox, job(tmp_path)) != before


@pytest.mark.parametrize("left", ["sys.setrecursionlimit(80)", "sys.stdout = None"])
def test_what_a_version_sets_is_put_back(sandbox: Sandbox, tmp_path: Path, left: str) -> None:
    """The next one prints, and calls itself, as deep as it does alone."""
    process(sandbox, job(tmp_path, f"import sys; {left}"))
    deep = "\n    def down(n): return n and down(n - 1)\n    print(down(200))"
    result = sandbox.run(job(tmp_path, deep))
    assert (result.probes[0].status, result.output) == ("ok", "0\n")


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


def test_no_process_is_left_to_meet_another_job(tmp_path: Path) -> None:
    """Where no wall keeps a version from forking."""
    with Sandbox("none", 4.0) as sandbox:
        first = process(sandbox, job(tmp_path, "os.fork() or time.sleep(60)"))
        assert process(sandbox, job(tmp_path)) != first


def test_a_job_that_was_broken_off_leaves_nothing_to_the_next(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its results come, and nobody takes them for another's."""
    process(sandbox, job(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(Zygote, "_take", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sandbox.run(job(tmp_path, "X = X + 1e6"))
    assert process(sandbox, job(tmp_path)) < 1e6


def interrupted(*_: object) -> bool:
    """What Ctrl-C does while results are taken."""
    raise KeyboardInterrupt


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


def test_the_limit_of_the_processor_is_for_all_jobs_of_a_process(sandbox: Sandbox, tmp_path: Path) -> None:
    """What has taken half of the time ends before it reaches the limit."""
    first = process(sandbox, job(tmp_path, "time.sleep(0.1)"))
    runner = sandbox._runner
    assert isinstance(runner, Zygote)
    assert runner._child is not None
    assert runner._child.took > 0.1
    runner._child.took = 1.9
    assert process(sandbox, job(tmp_path, "time.sleep(0.2)")) == first
    assert process(sandbox, job(tmp_path)) != first


def test_where_nothing_forks_none_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every job has its process there."""
    monkeypatch.setattr(module, "_started", lambda mode, closed: (Fresh(), "not on this system"))
    with Sandbox("none", 20.0) as sandbox:
        assert process(sandbox, job(tmp_path)) != process(sandbox, job(tmp_path))
