"""The same submissions on a Dask cluster come to the same reports."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome
from gradcheck.gate import check
from gradcheck.guarded import Verify
from gradcheck.reports.report import SubmissionReport

NAMES = [f"s{number}.py" for number in range(20)]


@contextlib.contextmanager
def verifier() -> Iterator[Verify]:
    """Stands in for a sandbox with a verifier: `once` kills its worker the first time, `always` every time."""

    def verify(path: str) -> SubmissionReport:
        name = os.path.basename(path)
        if name == "always.py" or (name == "once.py" and not os.path.exists(path)):
            Path(path).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "raise.py":
            raise RuntimeError("a bug of ours")
        return SubmissionReport(path=path, outcome=Outcome.PASSED)

    yield verify


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two worker processes."""
    distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        yield cluster.scheduler_address
        # a worker that is being started again can't be stopped: closing would fail over it
        with distributed.Client(cluster) as client:
            client.wait_for_workers(2, timeout=60)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_reports(address: str) -> None:
    """As the processes of one machine do, in the same order, faults of the grader included."""
    paths = [*NAMES, "raise.py"]
    there = check(paths, verifier, scheduler=address).reports
    here = check(paths, verifier, jobs=1).reports
    assert [(report.path, report.outcome, report.notes) for report in there] == [
        (report.path, report.outcome, report.notes) for report in here
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_lost_worker_loses_nothing(address: str, tmp_path: Path) -> None:
    """What it had at hand is verified elsewhere; what ends every worker is a `grader-error`."""
    paths = [*NAMES, str(tmp_path / "once.py"), str(tmp_path / "always.py")]
    outcomes = [report.outcome for report in check(paths, verifier, scheduler=address).reports]
    assert outcomes == [Outcome.PASSED] * 21 + [Outcome.GRADER_ERROR]


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"gradcheck\[dask\]"):
        check(NAMES, verifier, scheduler="tcp://127.0.0.1:9")
