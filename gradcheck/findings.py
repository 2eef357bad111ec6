"""
The values that a report is made of. They know nothing of how they were found or how they are shown.

Arrays are in the submission's own axes and shapes, since that is what its author has before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gradcheck.network.forward import Array


class Verdict(StrEnum):
    """What is said of one parameter's gradient."""

    CORRECT = "correct"
    WRONG = "wrong"
    WRONG_SHAPE = "wrong-shape"
    IMPRECISE = "imprecise"
    MISSING = "missing"
    INCONCLUSIVE = "inconclusive"

    @property
    def passes(self) -> bool:
        """Whether a submission can pass with it: right, or right to a precision that the report names."""
        return self in (Verdict.CORRECT, Verdict.IMPRECISE)


class Outcome(StrEnum):
    """What became of one submission."""

    PASSED = "passed"
    FAILED = "failed"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    UNGRADABLE = "ungradable"
    GRADER_ERROR = "grader-error"


@dataclass(frozen=True, kw_only=True)
class ParameterReport:
    """
    One parameter's gradient under test against the reference, on the probe where it is worst.

    Attributes
    ----------
    name : str
        As printed: `W1`, `b1`, ...
    verdict : Verdict
    shape, expected_shape : tuple of int or None
        Shape submitted (None where nothing was) and shape of the parameter.
    entries, wrong_entries : int
        How many entries there are, and how many are beyond tolerance.
    max_absolute_error, max_relative_error : float or None
        Largest difference, and the same relative to the parameter's own scale (its largest reference entry).
    tolerance : float or None
        The relative tolerance that the error was held against.
    worst_index : tuple of int or None
        Where the largest difference is; with `submitted` and `reference`, the two values there.
    error_bound : float or None
        Bound of the reference's own error at that entry.
    note : str
        What qualifies the verdict, for a person: "agrees to float32".
    errors : ndarray or None
        submitted - reference, in the submission's shape, for pictures; None where shapes differ.
    reference_values : ndarray or None
        The reference that goes with `errors`.
    """

    name: str
    verdict: Verdict
    shape: tuple[int, ...] | None
    expected_shape: tuple[int, ...]
    entries: int
    wrong_entries: int
    max_absolute_error: float | None = None
    max_relative_error: float | None = None
    tolerance: float | None = None
    worst_index: tuple[int, ...] | None = None
    submitted: float | None = None
    reference: float | None = None
    error_bound: float | None = None
    note: str = ""
    errors: Array | None = field(default=None, compare=False, repr=False)
    reference_values: Array | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Location:
    """
    A place in a submission.

    Attributes
    ----------
    file : str
        Path as the submission was given.
    cell : int or None
        Notebook cell, counted from 1 over code cells; lines then count within it.
    line, end_line : int
        Counted from 1.
    column, end_column : int
        Counted from 0, in characters; the end is exclusive.
    source : str
        The text of the place.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str
    cell: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fix:
    """
    An edit that was run.

    Attributes
    ----------
    line : str
        The first changed line as it becomes, indentation included; "" where lines are only removed.
    diff : str
        Unified diff of the file (of the notebook's cell).
    verified : bool
        Every gradient it claims to mend was right on probes not used to find it.
    probes : int
        How many such probes.
    unrun : tuple of Location
        Other uses of the helper that it changes, which no probe comes to.
    replaced : str
        The whole source after the edit, as the reader assembled it; for writing it back.
    """

    line: str
    diff: str
    verified: bool
    probes: int = 0
    unrun: tuple[Location, ...] = ()
    replaced: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    One diagnosed mistake; one root cause is one finding.

    Attributes
    ----------
    fault : str or None
        Name of the catalogue entry; None where no entry explains the values.
    site : str or None
        The step that it corrupts, as in `network.backward.STEPS`.
    parameters : tuple of str
        The parameters it spoils, as printed.
    confidence : str
        `certain` (told apart from every other entry), `class` (one of `equivalent`, which no probe tells
        apart) or `unknown` (no entry fits).
    message : str
        What the submitted value is and what it should be.
    evidence : str
        The numbers that say so.
    hint : str
        A question that leads there without giving it away.
    equivalent : tuple of str
        Other entries that predict the same gradients.
    location : Location or None
    alternatives : tuple of Location
        Places that are as likely, best first.
    fix : Fix or None
    also : tuple of str
        Other steps that the same mistake corrupts: those of the other layer, where one line serves both.
    formed : bool
        Of what no entry explains: the program was seen to form the right value at the site, and does something
        else with it afterwards.
    verdict : str
        Where no gradient need be wrong for it: what is wrong, without a cause, for those who are told no more.
    """

    fault: str | None
    site: str | None
    parameters: tuple[str, ...]
    confidence: str
    message: str
    evidence: str = ""
    hint: str = ""
    equivalent: tuple[str, ...] = ()
    location: Location | None = None
    alternatives: tuple[Location, ...] = ()
    fix: Fix | None = None
    also: tuple[str, ...] = ()
    formed: bool = False
    verdict: str = ""

    @property
    def spoils(self) -> frozenset[str]:
        """What is wrong because of it: gradients, or what it says of the forward pass or the loss itself."""
        names = frozenset(name.lower() for name in self.parameters)
        return names | {self.site} if self.site in ("a2", "loss") and not self.fault else names
