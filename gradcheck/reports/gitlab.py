"""GitLab's Code Quality report (a subset of Code Climate's), which shows in the merge request's widget."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from gradcheck.reports.cleaning import one_line
from gradcheck.reports.problems import Problem, problems, relative
from gradcheck.reports.report import Report

SEVERITIES = ("major", "major", "major", "critical", "info")  # by Problem.rank


def render(report: Report, root: str | None = None) -> str:
    """Draw the problems as a JSON array."""
    seen: Counter[str] = Counter()
    return json.dumps([_issue(problem, seen, root) for problem in problems(report)], indent=1) + "\n"


def _issue(problem: Problem, seen: Counter[str], root: str | None) -> dict[str, Any]:
    location = problem.location
    path = relative(location.file if location else problem.path, root)
    return {
        "description": one_line(problem.told),
        "check_name": problem.rule,
        "fingerprint": fingerprint(problem, path, seen),
        "severity": SEVERITIES[problem.rank],
        "location": {"path": path, "lines": {"begin": location.line if location and not location.cell else 1}},
    }


def fingerprint(problem: Problem, path: str, seen: Counter[str]) -> str:
    """
    Identify a problem across runs, whatever lines are added above it.

    Parameters
    ----------
    problem : Problem
    path : str
        Relative to the repository.
    seen : Counter
        Counts equal problems, so that the second of two has a fingerprint of its own; updated.
    """
    source = one_line(problem.location.source) if problem.location else ""
    identity = "\0".join((path, problem.rule, problem.title, source))
    seen[identity] += 1
    return hashlib.sha256(f"{identity}\0{seen[identity]}".encode()).hexdigest()
