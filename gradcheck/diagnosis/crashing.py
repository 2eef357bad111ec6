"""A program that ends in an error on every problem: the edit, if there is one, with which it runs and is right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.diagnosis.attaching import fixed_by_all
from gradcheck.diagnosis.examination import Examination
from gradcheck.diagnosis.examining import patient_of
from gradcheck.diagnosis.repair.searching import Search
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.findings import Finding

_SECONDS = 6.0  # at the most: of a program that shows no gradient little is known
_ENDS = "the program ends in an error"
_HINT = "Which of the values on that line isn't of the kind, or of the shape, that the line takes it for?"


def revived(case: Examination) -> Iterator[tuple[Finding, ...]]:
    """
    Look for an edit with which a program that ends in an error runs to its end, with every gradient right.

    Parameters
    ----------
    case : Examination
        Of which `result` has no gradients.

    Yields
    ------
    tuple of Finding
        One, with its edit; where none is found nothing, for the error itself says as much as there is to say.
    """
    stopped = next((probe for probe in case.result.probes if probe.line is not None), None)
    if stopped is None or stopped.line is None:
        return
    patient = patient_of(case, (), None)
    with np.errstate(all="ignore"):
        hint, seconds = Hint(stopped.line), min(_SECONDS, case.seconds)
        mended = patient.mend(case.source.text, [hint], seconds, by=Search.alive)
    if mended is None or patient.wrong(mended.text):
        return
    error = next(line for line in reversed(stopped.message.split("\n")) if not line.startswith("("))
    finding = Finding(
        fault=None,
        site=None,
        parameters=(),
        confidence="certain",
        message=f"{_ENDS}: {error}",
        evidence=f"on each of {len(case.probes)} probes",
        hint=_HINT,
        verdict=_ENDS,
    )
    yield (fixed_by_all(case, finding, mended.steps, mended),)
