"""
What the judge asks of the child process, and what it gets back.

A job that a verdict rests on carries inputs only: no reference, no tolerance and no seed reaches the process that
runs a submission. After the verdict the diagnosis may write right values of one probe into a copy of the program;
what such a copy comes to says where a mistake is, and edits are proved on other probes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradcheck.config import Contract
from gradcheck.network.forward import Array

TIMED_OUT = "not done after"
"""How messages say that time was up."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """
    One probe as the submission sees it.

    Attributes
    ----------
    arrays : mapping
        `X Y W1 b1 W2 b2` (those that exist) in the contract's axes.
    sizes : mapping
        `n d h k`.
    """

    arrays: Mapping[str, Array]
    sizes: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """
    Expressions to evaluate, in the frame of the submission, each time just before a statement runs.

    Attributes
    ----------
    node : int
        Index of the statement in `ast.walk` order of the submission's source.
    expressions : tuple of str
        Each is evaluated with the statement's own globals and locals; one that fails gives no value.
    """

    node: int
    expressions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """
    What a file needs beside its definitions, for edited variants of it.

    Attributes
    ----------
    wanted : tuple of str
        Statements that run only because others need them, each as `settling.digest` writes it.
    left : tuple of str
        Those that are left out, in the same way.
    names : tuple of str
        What the wanted ones set: another statement that sets one of them is an edited one, and wanted as well.
    """

    wanted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    One run of one submission over several inputs; each input gets a freshly loaded file.

    Attributes
    ----------
    path : str
        Absolute path of the submission: its folder is where siblings and data are looked for.
    contract : Contract
    inputs : tuple of Inputs
    source : str or None
        Text to run in place of the file's (an edited variant); as `reading.Source.text`.
    watch : bool
        Report the value of every expression.
    evaluate : tuple of Evaluation
        Candidate expressions to try on the way.
    warm : bool
        After the others, one more result on the last input, of a later call or a second pass of the loop: other
        parameters have been in use before it, the last ones with the same examples.
    variants : tuple of str
        Texts to run one after another in place of `source`, all in one process; the results of each, one an
        input, follow those of the one before.
    settled : Settlement, optional
        Of an edited variant: what is left out on loading of the file itself, and which of it is needed. It isn't
        looked for anew then.
    seconds : float, optional
        Of the processor's time: what takes longer on one input has crashed there. An edited variant may go on for
        ever.
    continues : bool
        It may run in the process of the job before it, if that was one of this kind of the same file, and so in
        what that has left behind: for a search, which proves in a process of its own what it finds.
    """

    path: str
    contract: Contract
    inputs: tuple[Inputs, ...]
    source: str | None = None
    watch: bool = False
    evaluate: tuple[Evaluation, ...] = ()
    warm: bool = False
    variants: tuple[str, ...] = ()
    settled: Settlement | None = None
    seconds: float | None = None
    continues: bool = False

    @property
    def calls_again(self) -> bool:
        """Whether there is a second call at the end."""
        return self.warm and bool(self.inputs)

    @property
    def expected(self) -> int:
        """How many results there are of a run that comes to its end."""
        return (len(self.inputs) + self.calls_again) * max(1, len(self.variants))


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    One value seen while a watched submission ran.

    Attributes
    ----------
    node : int
        Index in `ast.walk` order of the expression (its value) or of the statement (its target's value after it).
    sequence : int
        Order in time; the same node reports once a time it is evaluated, up to a limit.
    value : ndarray
        float64 copy (complex, integer and boolean values are converted; others are not reported).
    candidate : int
        For an `Evaluation`, the index of the expression; -1 for what the program itself computed.
    part : int
        Of an `Evaluation` that gives several arrays at once, in a tuple or dict, which it is, from 1; else 0.
    """

    node: int
    sequence: int
    value: Array
    candidate: int = -1
    part: int = 0


@dataclass(frozen=True, kw_only=True)
class ProbeResult:
    """
    What one input came to.

    Attributes
    ----------
    status : str
        `ok`, `crashed` (the submission's own code raised) or `ungradable` (the contract isn't met).
    message : str
        For a status other than `ok`: the error, for a person, with the submission's own frames only.
    line : int or None
        Line of the submission (of `Source.text`) that a crash happened on.
    gradients : mapping
        Parameter as printed (`W1`) to what the contract's expression gave, as float64; one that failed is absent.
    missing : mapping
        Parameter as printed to why it is absent.
    dtypes : mapping
        Parameter as printed to the dtype's name before conversion.
    output, loss : ndarray or None
        The submission's own forward pass and loss, where the contract asks for them.
    mutated : tuple of str
        Which of the arrays handed over had changed after the run.
    notes : tuple of str
        What was skipped or replaced on the way.
    events : tuple of Event
        What the watch saw.
    refused : tuple of int
        Lines of the submission that others need and that were left out all the same, since they take too long. The
        submission may make them up: no more than what is left out of edited variants may depend on them.
    """

    status: str
    message: str = ""
    line: int | None = None
    gradients: Mapping[str, Array] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    dtypes: Mapping[str, str] = field(default_factory=dict)
    output: Array | None = None
    loss: Array | None = None
    mutated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    refused: tuple[int, ...] = ()

    @property
    def loss_number(self) -> float | None:
        """The loss as one number, the first where there are several; None where there is none."""
        return None if self.loss is None or not self.loss.size else float(self.loss.flat[0])


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """
    What a job came to.

    Attributes
    ----------
    status : str
        `done`, `timeout`, `memory`, `died` (no result: the process ended by itself or was killed by a wall) or
        `broken` (the sandbox's own fault).
    probes : tuple of ProbeResult
        As far as they came, in order of `Job.inputs`.
    message : str
        For a status other than `done`.
    output : str
        What the submission printed, capped and cleaned of control characters.
    kept : tuple of str
        Gradients, as printed, that a second call gives otherwise, though it is handed the same; the judge says so.
    """

    status: str
    probes: tuple[ProbeResult, ...] = ()
    message: str = ""
    output: str = ""
    kept: tuple[str, ...] = ()
