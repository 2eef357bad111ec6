"""Jobs come back with a status, whatever a submission does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from gradcheck.config import Contract
from gradcheck.errors import SandboxError
from gradcheck.submissions import sandbox as module
from gradcheck.submissions import walls, wire
from gradcheck.submissions.fresh import Fresh
from gradcheck.submissions.interrupting import interrupted_after
from gradcheck.submissions.job import Inputs, Job
from gradcheck.submissions.process import BrokenSandboxError, Zygote
from gradcheck.submissions.sandbox import Neighbours, Sandbox

CONTRACT = Contract(run="g = backward(X)", gradients={"W1": "g"})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """The walls that there are."""
    with Sandbox("auto", 20.0) as opened:
        yield opened


def job(folder: Path, body: str, inputs: int = 2) -> Job:
    """A submission whose `backward` has this body, over inputs 1, 2, ..."""
    path = folder / "backprop.py"
    path.write_text(f"import numpy as np\n\ndef backward(X):\n    {body}\n")
    values = [{"X": np.full((1, 2), float(number))} for number in range(1, inputs + 1)]
    sizes = {"n": 1, "d": 2, "h": 1, "k": 1}
    return Job(
        path=str(path), contract=CONTRACT, inputs=tuple(Inputs(arrays=arrays, sizes=sizes) for arrays in values)
    )


def test_results_come_in_the_order_of_the_inputs(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each input has its result, and what was printed comes along."""
    result = sandbox.run(job(tmp_path, "print('hello'); return 2 * X", 5))
    assert result.status == "done"
    assert [probe.gradients["W1"][0, 0] for probe in result.probes] == [2.0, 4.0, 6.0, 8.0, 10.0]
    assert result.output == "hello\n" * 5


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ("import os; os._exit(0)", "died", "without a result"),
        ("import os; os.abort()", "died", "SIGABRT"),
        ("return np.ones(1 << 36)", "memory", "memory"),
    ],
)
def test_every_end_has_a_status(sandbox: Sandbox, tmp_path: Path, body: str, status: str, message: str) -> None:
    """Silence, a signal and too much memory are told apart, and none of them is the sandbox's fault."""
    result = sandbox.run(job(tmp_path, body))
    assert result.status == status
    assert message in result.message


def test_what_came_before_the_end_is_kept(tmp_path: Path) -> None:
    """Results that arrived before a timeout stay, and the sandbox goes on afterwards."""
    with Sandbox("auto", 1.5) as sandbox:
        slow = job(tmp_path, "\n    while X[0, 0] == 2: pass\n    return X")
        result = sandbox.run(slow)
        assert result.status == "timeout"
        assert "1.5 s" in result.message
        assert len(result.probes) == 1
        assert sandbox.run(job(tmp_path, "return X")).status == "done"


def test_a_variant_is_run_in_place_of_the_file(sandbox: Sandbox, tmp_path: Path) -> None:
    """A job's own source wins over the file's."""
    wrong = job(tmp_path, "return X")
    result = sandbox.run(replace(wrong, source="def backward(X):\n    return 5 * X\n"))
    assert result.probes[0].gradients["W1"][0, 0] == 5.0


def test_many_numbers_come_through(sandbox: Sandbox, tmp_path: Path) -> None:
    """Results much larger than a pipe's buffer come through."""
    result = sandbox.run(job(tmp_path, "return np.arange(1e5)", 3))
    assert [probe.gradients["W1"].sum() for probe in result.probes] == [4999950000.0] * 3


def test_masses_of_numbers_are_not_taken_in(sandbox: Sandbox, tmp_path: Path) -> None:
    """No gradient of two numbers has a million entries: the judge's memory is for others, too."""
    result = sandbox.run(job(tmp_path, "return np.arange(1e6)", 3))
    assert (result.status, result.probes) == ("died", ())
    assert "more results than there can be" in result.message


def test_a_zygote_that_is_gone_is_replaced(tmp_path: Path) -> None:
    """The job at hand is `broken`, which is not the submission's fault; the next one runs."""
    with Sandbox("none", 20.0) as sandbox:
        assert sandbox.run(job(tmp_path, "import os; os.kill(os.getppid(), 9); return X")).status == "broken"
        assert sandbox.run(job(tmp_path, "return X")).status == "done"


def given_up(sandbox: Sandbox, asked: Job, seconds: float) -> None:
    """Run a job over and over again until a limit falls somewhere."""
    with interrupted_after(seconds, TimeoutError("limit")):
        while sandbox.run(asked).status == "done":
            pass


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="doesn't list what is open")
def test_a_search_that_is_given_up_leaves_nothing_open(sandbox: Sandbox, tmp_path: Path) -> None:
    """Wherever a limit falls, no file and no child stays behind, and the next job is run by the same zygote."""
    asked = job(tmp_path, "return X")
    zygote, before = sandbox._runner, len(os.listdir("/proc/self/fd"))
    for continues in (False, True):
        again = replace(asked, continues=continues)
        for number in range(40):
            with pytest.raises(TimeoutError, match="limit"):
                given_up(sandbox, again, 0.02 + 0.0005 * number)
    assert sandbox.run(asked).status == "done"
    assert sandbox._runner is zygote
    assert len(os.listdir("/proc/self/fd")) == before


def test_helpers_and_data_beside_a_submission_can_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """A submission reads what lies beside it, sub-folders included."""
    (tmp_path / "helper.py").write_text("FACTOR = 3.0\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.txt").write_text("4.0")
    result = sandbox.run(job(tmp_path, "import helper; return helper.FACTOR * X"))
    assert result.probes[0].gradients["W1"][0, 0] == 3.0, result
    body = f"return float(open({str(tmp_path / 'data' / 'numbers.txt')!r}).read()) * X"
    assert sandbox.run(job(tmp_path, body)).probes[0].gradients["W1"][0, 0] == 4.0


def test_other_submissions_in_the_folder_cannot_be_read(tmp_path: Path) -> None:
    """In a folder of many submissions, each reads itself and what belongs to nobody."""
    for name in ("ann.py", "assignment.toml", "helper.py"):
        (tmp_path / name).write_text("SECRET = 1\n")
    hidden = [str(tmp_path / name) for name in ("ann.py", "assignment.toml", "backprop.py")]
    with Sandbox("auto", 20.0, hidden=hidden) as sandbox:
        if "landlock" not in sandbox.walls.standing:
            pytest.skip("no Landlock here")
        for name, status in (("ann.py", "crashed"), ("assignment.toml", "crashed"), ("helper.py", "ok")):
            body = f"open({str(tmp_path / name)!r}).read(); return X"
            assert sandbox.run(job(tmp_path, body)).probes[0].status == status, name


def test_a_folder_that_holds_a_submission_is_not_handed_out(tmp_path: Path) -> None:
    """Beside a file may lie the folder of somebody else: it is hidden as a whole, other folders are not."""
    for name in ("me.py", "bob/backprop.py", "bob/helper.py", "cem/deep/backprop.py", "data/numbers.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    hidden = [str(tmp_path / name) for name in ("bob/backprop.py", "cem/deep/backprop.py")]
    readable, _ = Neighbours(hidden).readable(str(tmp_path / "me.py"))
    assert sorted(set(readable)) == [str(tmp_path / "data"), str(tmp_path / "me.py")]
    readable, _ = Neighbours(hidden).readable(hidden[0])
    assert sorted(set(readable)) == [str(tmp_path / "bob" / "backprop.py"), str(tmp_path / "bob" / "helper.py")]


def test_what_holds_a_submission_can_not_be_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout in PYTHONPATH is not readable because of it; packages elsewhere still are."""
    packages = tmp_path / "packages"
    for name in ("class/other.py", "packages/helper_of_all.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("FACTOR = 3.0\n")
    entries = [str(tmp_path / "class"), str(packages), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, entries)))
    (tmp_path / "me").mkdir()
    with Sandbox("auto", 20.0, hidden=[str(tmp_path / "class" / "other.py")]) as sandbox:
        ran = sandbox.run(job(tmp_path / "me", "import helper_of_all; return helper_of_all.FACTOR * X"))
        assert ran.probes[0].gradients["W1"][0, 0] == 3.0, ran
        if "landlock" in sandbox.walls.standing:
            body = f"open({str(tmp_path / 'class' / 'other.py')!r}).read(); return X"
            assert sandbox.run(job(tmp_path / "me", body)).probes[0].status == "crashed"


def test_neighbours_leave_links_and_dot_files_out(tmp_path: Path) -> None:
    """What is handed out is the file and its folder's plain entries."""
    for name in ("me.py", "data.csv", ".env", "other.py"):
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("/etc")
    readable, listed = Neighbours([str(tmp_path / "other.py")]).readable(str(tmp_path / "me.py"))
    assert sorted(set(readable)) == [str(tmp_path / "data.csv"), str(tmp_path / "me.py")]
    assert listed == (str(tmp_path),)


def test_strict_fails_closed_and_names_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a wall is missing, `strict` runs nothing and says which; `auto` runs and says so."""
    real = Zygote.run

    def without_seccomp(self: Zygote, data: bytes, timeout: float) -> object:
        ran = real(self, data, timeout)
        for frame in ran.frames:
            if "walls" in frame.header:
                frame.header["walls"]["seccomp"] = "not compiled in"
        return ran

    monkeypatch.setattr(Zygote, "run", without_seccomp)
    with pytest.raises(SandboxError, match=r"`seccomp`.*not compiled in"):
        Sandbox("strict").start()
    with Sandbox("auto") as sandbox:
        assert "missing: seccomp (not compiled in)" in str(sandbox.walls)


def test_a_child_without_a_required_wall_runs_nothing(tmp_path: Path) -> None:
    """Where a wall that stood before can't be put up, the submission isn't run."""
    path = job(tmp_path, "return X")
    settings = walls.Settings(seconds=5, memory=1 << 30, required=("moat",))
    zygote = Zygote()
    try:
        ran = zygote.run(wire.pack({"settings": asdict(settings), "walls": True}) + wire.pack_job(path), 20.0)
    finally:
        zygote.close()
    (frame,) = ran.frames
    assert frame.header["end"] == "broken"
    assert "moat" in frame.header["message"]


def test_without_walls_says_what_that_means(tmp_path: Path) -> None:
    """`none` is plain about it."""
    with Sandbox("none") as sandbox:
        assert "whatever you can" in str(sandbox.walls)


def test_an_unknown_mode_is_refused() -> None:
    """The modes are listed."""
    with pytest.raises(SandboxError, match="auto or strict or none"):
        Sandbox("lax")


def test_a_zygote_that_does_not_start_says_why() -> None:
    """The last line of its errors is the reason."""
    with pytest.raises(BrokenSandboxError, match="no such thing"):
        Zygote(["sh", "-c", "echo no such thing >&2; exit 1"])


def test_where_nothing_forks_a_process_a_job_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of systems without fork gives the same statuses, and `strict` refuses it where walls are missing."""
    monkeypatch.setattr(module, "_started", lambda mode, closed: (Fresh(), "not on this system"))
    with Sandbox("none", 20.0) as sandbox:
        assert sandbox.run(job(tmp_path, "return 2 * X")).probes[0].gradients["W1"][0, 0] == 2.0
        assert sandbox.run(job(tmp_path, "import os; os._exit(0)")).status == "died"
        assert sandbox.run(job(tmp_path, "print('x'); return X")).output == "x\nx\n"
