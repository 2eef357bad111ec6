"""Checking the configured network itself."""

from __future__ import annotations

import time

from gradcheck import comparison, probes
from gradcheck.config import Assignment
from gradcheck.differences import network_gradients
from gradcheck.findings import Outcome, Verdict
from gradcheck.network.backward import gradients
from gradcheck.network.forward import printed
from gradcheck.reports.report import Report, SubmissionReport


def check_network(assignment: Assignment) -> Report:
    """Check the configured network itself: its analytic gradients against numerical ones."""
    start = time.perf_counter()
    probe = probes.configured(assignment)
    analytic = gradients(assignment.network, probe.values)
    derivatives = network_gradients(assignment.network, probe.values)
    parameters = tuple(
        comparison.compare(
            printed(name), analytic[name], found.value, found.bound, expected_shape=analytic[name].shape
        )
        for name, found in derivatives.items()
        if name in analytic
    )
    passes = all(parameter.verdict.passes for parameter in parameters)
    wrong = any(not p.verdict.passes and p.verdict is not Verdict.INCONCLUSIVE for p in parameters)
    failed = Outcome.FAILED if wrong else Outcome.GRADER_ERROR
    notes = tuple(dict.fromkeys(note for found in derivatives.values() for note in found.notes))
    method = next(iter(derivatives.values())).method
    submission = SubmissionReport(
        path=assignment.path,
        outcome=Outcome.PASSED if passes else failed,
        duration_seconds=round(time.perf_counter() - start, 4),
        parameters=parameters,
        notes=(f"numerical gradients by {method}, on {probe.name}", *notes),
    )
    return Report(config=assignment.path, seed=assignment.probes.seed, submissions=(submission,))
