"""A live line on standard error while submissions are graded."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from gradcheck.reports.report import SubmissionReport


class Progress:
    """
    Counts per outcome and an estimate, on a terminal only.

    Parameters
    ----------
    total : int
        How many submissions there are.
    shown : bool
        False to keep silent.
    """

    def __init__(self, total: int, shown: bool = True) -> None:
        console = Console(stderr=True)
        self._counts: Counter[str] = Counter()
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not (shown and console.is_terminal),
        )
        self._task = self._bar.add_task("grading", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def add(self, index: int, report: SubmissionReport) -> None:
        """Count one result."""
        self._counts[str(report.outcome)] += 1
        told = ", ".join(f"{count} {outcome}" for outcome, count in self._counts.most_common())
        self._bar.update(self._task, advance=1, description=told)
