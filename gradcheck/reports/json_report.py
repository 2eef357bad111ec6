"""The JSON report, for programs; its schema is `schema/report.json` beside this module."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from gradcheck.findings import Finding, Fix, Location, ParameterReport
from gradcheck.reports.report import Report, SubmissionReport

VERSION = 1


def render(report: Report, indent: int | None = 1) -> str:
    """Draw a report as JSON text; the same report always gives the same text."""
    return json.dumps(to_dict(report), indent=indent, allow_nan=False) + "\n"


def to_dict(report: Report) -> dict[str, Any]:
    """
    Turn a report into what JSON can hold.

    Numbers that are not finite, which JSON has no way to write, become the strings "nan", "inf" and "-inf".
    """
    return {
        "version": VERSION,
        "config": report.config,
        "seed": report.seed,
        "exit_status": report.exit_status,
        "summary": report.summary,
        "submissions": [submission_dict(submission) for submission in report.submissions],
        "notes": list(report.notes),
    }


def submission_dict(submission: SubmissionReport) -> dict[str, Any]:
    """Turn one submission into what JSON can hold."""
    return {
        "path": submission.path,
        "outcome": str(submission.outcome),
        "duration_seconds": round(submission.duration_seconds, 3),
        "parameters": [_parameter(parameter) for parameter in submission.parameters],
        "findings": [_finding(finding) for finding in submission.findings],
        "notes": list(submission.notes),
        "steps": dict(submission.steps),
    }


def _parameter(parameter: ParameterReport) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "verdict": str(parameter.verdict),
        "shape": _sizes(parameter.shape),
        "expected_shape": _sizes(parameter.expected_shape),
        "entries": int(parameter.entries),
        "wrong_entries": int(parameter.wrong_entries),
        "max_absolute_error": _number(parameter.max_absolute_error),
        "max_relative_error": _number(parameter.max_relative_error),
        "tolerance": _number(parameter.tolerance),
        "worst_index": _sizes(parameter.worst_index),
        "submitted": _number(parameter.submitted),
        "reference": _number(parameter.reference),
        "error_bound": _number(parameter.error_bound),
        "note": parameter.note,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fault": finding.fault,
        "site": finding.site,
        "parameters": list(finding.parameters),
        "confidence": finding.confidence,
        "message": finding.message,
        "evidence": finding.evidence,
        "hint": finding.hint,
        "equivalent": list(finding.equivalent),
        "location": _location(finding.location) if finding.location else None,
        "alternatives": [_location(location) for location in finding.alternatives],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "line": fix.line,
        "diff": fix.diff,
        "verified": fix.verified,
        "probes": fix.probes,
        "unrun": [_location(location) for location in fix.unrun],
    }


def _location(location: Location) -> dict[str, Any]:
    return asdict(location)


def _sizes(shape: tuple[int, ...] | None) -> list[int] | None:
    return None if shape is None else [int(size) for size in shape]


def _number(value: float | None) -> float | str | None:
    """Keep a finite number, name any other."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else str(number)
