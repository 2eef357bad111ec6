"""The public names have the types that are promised: a program that pins them passes mypy, a wrong one fails."""

from __future__ import annotations

from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api")

PINNED = """
from typing import assert_type
import numpy as np
import gradcheck

report = gradcheck.check_gradients(lambda p: 1.0, lambda p: p, [np.ones(2)], method="auto", seed=0, quick=False)
assert_type(report, gradcheck.Report)
assert_type(report.passed, bool)
assert_type(report.to_json(), str)
assert_type(report.findings, tuple[gradcheck.Finding, ...])
assert_type(report["W1"].name, str)
assert_type(gradcheck.check_vjp(np.sin, lambda c, x: c, (np.ones(2),), cache=False), gradcheck.Report)
assert_type(gradcheck.check_jvp(np.sin, lambda t, x: t, np.ones(2)), gradcheck.Report)
assert_type(gradcheck.check_jacobian(np.sin, lambda x: x, np.ones(2)), gradcheck.Report)
assert_type(gradcheck.check_second_order(np.sin, lambda x, v: v, np.ones(2)), gradcheck.Report)
report.raise_for_failure()
error: Exception = gradcheck.GradcheckError("a")
"""
WRONG = """
import gradcheck
gradcheck.check_gradients(1, 2, 3)
gradcheck.no_such_name
x: int = gradcheck.check_vjp(abs, abs, 1.0)
"""


def _mypy(folder: Path, text: str) -> tuple[str, int]:
    program = folder / "program.py"
    program.write_text(text)
    output, _, status = api.run(["--strict", "--no-incremental", "--cache-dir=/dev/null", str(program)])
    return output, status


def test_public_names_are_typed(tmp_path: Path) -> None:
    """Under strict mypy a user sees each public name with its type, lazy though they are."""
    output, status = _mypy(tmp_path, PINNED)
    assert status == 0, output


def test_wrong_use_is_seen(tmp_path: Path) -> None:
    """The types are none that let everything pass."""
    output, status = _mypy(tmp_path, WRONG)
    assert status == 1
    assert output.count(": error:") >= 4, output


def test_every_public_name_is_there() -> None:
    """What `__all__` lists can be had, under the same names, and nothing else is invented."""
    import gradcheck

    for name in gradcheck.__all__:
        assert getattr(gradcheck, name).__name__ == name
    assert set(gradcheck.__all__) <= set(dir(gradcheck))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = gradcheck.no_such_name  # type: ignore[attr-defined]
