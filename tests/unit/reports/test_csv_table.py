"""CSV for the gradebook."""

import csv
import io

import samples

from gradcheck.reports.csv_table import render


def read(report: samples.Report) -> list[dict[str, str]]:
    """Read a table back."""
    return list(csv.DictReader(io.StringIO(render(report))))


def test_a_row_a_submission() -> None:
    """Rows are in order, with the verdict of each gradient and what was found."""
    rows = read(samples.classroom())
    assert [row["submission"] for row in rows][:4] == ["good.py", "ann.py", "odd.py", "crash.py"]
    ann = rows[1]
    assert (ann["outcome"], ann["right"], ann["gradients"], ann["b1"]) == ("failed", "3", "4", "wrong")
    assert ann["findings"] == "b1: bias-summed-over-wrong-axis"
    assert ann["places"] == "ann.py:14:11"


def test_names_neither_break_rows_nor_compute() -> None:
    """A row stays a row, and no cell begins as a formula does or as a command of a CI."""
    names = (samples.HOSTILE, "=1+1.py", "@SUM(A1)", "-x.py", '"q",x.py', "::error::x.py")
    rows = read(samples.report(*(samples.crashed(name) for name in names)))
    assert len(rows) == len(names)
    assert not [row for row in rows if row["submission"].startswith(("=", "@", "-", "+", "::"))]
