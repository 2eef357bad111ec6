"""Configurations in a test folder are tests, by the command's own engine, on the project's own cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CASES = Path(__file__).resolve().parents[2] / "cases"


def _copy(pytester: pytest.Pytester, program: str) -> None:
    text = (CASES / "thread" / "assignment.toml").read_text()
    text = text.replace("[submission]\n", f'[submission]\nfile = "{program}"\n', 1)
    (pytester.path / "gradcheck_thread.toml").write_text(text)
    shutil.copy(CASES / "thread" / program, pytester.path / program)


def test_a_right_program_is_four_passed_tests(pytester: pytest.Pytester) -> None:
    """One item for each parameter, all passed."""
    _copy(pytester, "the-answers-rule.py")
    pytester.runpytest_subprocess().assert_outcomes(passed=4)


def test_a_wrong_program_fails_where_it_is_wrong(pytester: pytest.Pytester) -> None:
    """Only the wrong parameter's item fails, and says which fault it is, under xdist as well."""
    _copy(pytester, "summed-to-one-number.py")
    for options in ([], ["-n2"]):
        result = pytester.runpytest_subprocess(*options)
        result.assert_outcomes(passed=3, failed=1)
        result.stdout.fnmatch_lines(["*b2: bias-summed-to-scalar*"])


def test_networks_without_a_submission_are_checked_themselves(pytester: pytest.Pytester) -> None:
    """A configuration without [submission] is the check of the network."""
    shutil.copy(CASES / "networks" / "sigmoid.toml", pytester.path / "gradcheck_sigmoid.toml")
    pytester.runpytest_subprocess().assert_outcomes(passed=4)
