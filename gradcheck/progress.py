"""What is seen on standard error while submissions are graded: each result as it comes, and a live line below."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Column

from gradcheck.reports import text
from gradcheck.reports.report import SubmissionReport


class Progress:
    """
    Results, counts per outcome and an estimate, on a terminal only.

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
        self._several = total > 1  # of a single one the report is all there is to see
        self._bar = Bar(
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            # last, and on as many lines as they take: seven outcomes are wider than a terminal
            TextColumn("{task.description}", table_column=Column(ratio=1)),
            console=console,
            transient=True,
            expand=True,
            # not `console.is_terminal`: who wants colours in a log (FORCE_COLOR) has no use for a bar in it
            disable=not (shown and console.file.isatty()),
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
        """Show one result, and count it."""
        if self._several and not self._bar.disable:
            self._bar.console.print(text.summary(report, self._bar.console.width))
        self._counts[str(report.outcome)] += 1
        told = ", ".join(f"{count} {outcome}" for outcome, count in self._counts.most_common())
        self._bar.update(self._task, advance=1, description=told)
