"""SARIF 2.1.0, which code scanning and editors read [1]_.

References
----------
.. [1] OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from gradcheck.faults import BY_NAME
from gradcheck.findings import Location, Outcome
from gradcheck.reports.catalogue import plain
from gradcheck.reports.cleaning import clean
from gradcheck.reports.gitlab import fingerprint
from gradcheck.reports.problems import UNKNOWN_RULE, Problem, problems, relative
from gradcheck.reports.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = ("error", "error", "error", "error", "note")  # by Problem.rank
OTHER_RULES = {
    UNKNOWN_RULE: "A gradient that differs from the numerical one in a way that no catalogue entry explains",
    Outcome.FAILED: "A submission that failed",
    Outcome.TIMEOUT: "A submission that ran longer than it may",
    Outcome.MEMORY: "A submission that took more memory than it may",
    Outcome.CRASHED: "A submission whose own code raised",
    Outcome.UNGRADABLE: "A submission that does not meet its contract",
    Outcome.GRADER_ERROR: "A fault of the grader's own",
}


def render(report: Report, root: str | None = None) -> str:
    """Draw the problems as a SARIF log with one run."""
    found = problems(report)
    seen: Counter[str] = Counter()
    rules = sorted({problem.rule for problem in found})
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules, seen, root) for problem in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver(rules: Iterable[str]) -> dict[str, Any]:
    try:
        own = version("gradcheck")
    except PackageNotFoundError:  # run from a source tree
        own = "0"
    return {"name": "gradcheck", "version": own, "rules": [_rule(rule) for rule in rules]}


def _rule(name: str) -> dict[str, Any]:
    """Describe a rule, as `gradcheck explain` does."""
    fault = BY_NAME.get(name)
    if fault is None:
        text = OTHER_RULES.get(name, name)
        return {"id": name, "shortDescription": {"text": text}}
    return {
        "id": name,
        "shortDescription": {"text": fault.summary},
        "fullDescription": {"text": fault.why},
        "help": {"text": f"{plain(fault.expected)}\n\n`gradcheck explain {name}` tells more, with an example."},
    }


def _result(problem: Problem, rules: list[str], seen: Counter[str], root: str | None) -> dict[str, Any]:
    location = problem.location
    path = relative(location.file if location else problem.path, root)
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(path)}}
    if location is not None:
        place["region"] = _region(location)
    return {
        "ruleId": problem.rule,
        "ruleIndex": rules.index(problem.rule),
        "level": LEVELS[problem.rank],
        "message": {"text": clean(problem.told)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint(problem, path, seen)},
    }


def _region(location: Location) -> dict[str, Any]:
    """Count columns from 1; a region's end is exclusive, as ours is. A cell has no lines of its own in a file."""
    text = {"snippet": {"text": clean(location.source)}}
    if location.cell is not None:
        return {"startLine": 1} | text
    return {
        "startLine": location.line,
        "startColumn": location.column + 1,
        "endLine": location.end_line,
        "endColumn": max(location.end_column, location.column * (location.line == location.end_line)) + 1,
    } | text
