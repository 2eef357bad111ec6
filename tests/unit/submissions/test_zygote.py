"""The process that submissions are forked from."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from gradcheck.submissions import warming, wire
from gradcheck.submissions.process import Zygote, environment
from gradcheck.submissions.walls import Settings

FORBIDDEN = ("gradcheck.network.backward", "gradcheck.comparison", "gradcheck.differences", "gradcheck.faults")
FORBIDDEN += ("gradcheck.probes", "gradcheck.diagnosis", "gradcheck.verification", "gradcheck.reports")


def imported_by(code: str) -> set[str]:
    """Modules of this project that a fresh Python has after some code."""
    program = f"{code}\nimport sys, json\nprint(json.dumps([m for m in sys.modules if m.startswith('gradcheck')]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_zygote_holds_no_reference() -> None:
    """Nothing that knows what is right is ever imported there."""
    assert imported_by("import gradcheck.submissions.zygote").isdisjoint(FORBIDDEN)


def test_the_look_at_modules_would_see_a_reference() -> None:
    """The test above can fail."""
    assert not imported_by("import gradcheck.network.backward").isdisjoint(FORBIDDEN)


def test_its_environment_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the judge's environment only what finds Python's packages is passed on; one thread is asked for."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    assert "secret" not in environment().values()
    assert environment()["OPENBLAS_NUM_THREADS"] == "1"


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes")
def test_it_goes_when_the_judge_goes() -> None:
    """A judge that is killed leaves no zygote behind."""
    program = (
        "import time\nfrom gradcheck.submissions.process import Zygote\n"
        "zygote = Zygote()\nprint(zygote._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    judge = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    pid = int(judge.stdout.readline())
    judge.kill()
    judge.wait()
    judge.stdout.close()
    deadline = time.monotonic() + 20
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(pid)


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_keeps_no_descriptor_of_a_job() -> None:
    """After many jobs the zygote has no more descriptors open than before."""
    zygote = Zygote()
    try:
        folder = f"/proc/{zygote._process.pid}/fd"
        if not os.path.isdir(folder):
            pytest.skip("looks at processes")
        zygote.run(b"", 20.0)
        before, jobs = len(os.listdir(folder)), 20
        for _ in range(jobs):
            zygote.run(b"", 20.0)
        # the next child is made meanwhile, with a few that come and go; kept ones would be one a job at least
        assert len(os.listdir(folder)) < before + jobs // 4
    finally:
        zygote.close()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes")
def test_a_child_that_is_gone_before_its_job_comes_is_replaced() -> None:
    """The child that waits for the next job may have been killed, for want of memory say: the job is done."""
    zygote = Zygote()
    try:
        (waiting,) = children(zygote._process.pid)
        os.kill(waiting, signal.SIGKILL)
        while running(waiting):
            time.sleep(0.01)
        settings = {"settings": asdict(Settings(seconds=5.0, memory=1 << 30)), "walls": False}
        ran = zygote.run(wire.pack(settings), 20.0)
        assert ran.status == 0
        assert ran.frames[-1].header["end"] == "done"
    finally:
        zygote.close()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes")
def test_the_child_that_waits_goes_with_the_zygote() -> None:
    """Closing leaves nothing behind, nor does a zygote that is killed."""
    for end in ("close", "kill"):
        zygote = Zygote()
        (waiting,) = children(zygote._process.pid)
        if end == "kill":
            zygote._process.kill()
        zygote.close()
        deadline = time.monotonic() + 20
        while running(waiting) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not running(waiting), end


def test_a_warmed_child_knows_nothing_of_a_network() -> None:
    """What the job before the job leaves in memory has no product of weights, no slope and no gradient in it."""
    assert not any(word in warming._SOURCE for word in ("exp(-", "W1", "W2", ".T", "delta", "grad"))


def children(pid: int) -> list[int]:
    """Children of a process, once it has any."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            return [int(child) for child in found]
        time.sleep(0.01)
    return []
