"""
One process a job, for systems that cannot fork.

No walls stand there, so files do instead of pipes; the wall clock is the judge's all the same.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile

from gradcheck.submissions import wire
from gradcheck.submissions.process import OUTPUT, RESULTS, Ran, environment


class Fresh:
    """Runs each job in a new process; as `process.Zygote`."""

    def run(self, data: bytes, timeout: float, most: int = RESULTS) -> Ran:
        """Run a job to its end, or to the end of its time."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            job, results, printed = (os.path.join(folder, name) for name in ("job", "results", "output"))
            with open(job, "wb") as file:
                file.write(data)
            ran = Ran()
            command = [sys.executable, "-P", "-m", "gradcheck.submissions.child", job, results]
            with open(printed, "wb") as output:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment()
                )
                try:
                    # importing numpy takes its time, which is not the submission's
                    ran.status = process.wait(timeout + 5.0)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    ran.timed_out = True
            with open(printed, "rb") as written:
                ran.output = written.read(OUTPUT)
            _take(results, ran, most)
        return ran

    def go_on(self, settings: bytes, job: bytes, timeout: float, most: int = RESULTS) -> Ran:
        """The same: no process goes on with a second job."""
        return self.run(settings + job, timeout, most)

    def close(self) -> None:
        """Nothing stays behind."""


def _take(results: str, ran: Ran, most: int) -> None:
    with contextlib.suppress(FileNotFoundError), open(results, "rb") as file:
        reader = wire.Reader(most)
        try:
            while data := file.read(1 << 20):
                ran.frames.extend(reader.feed(data))
        except wire.WireError as error:
            ran.error = str(error)
