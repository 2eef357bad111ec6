"""
What happens in the child: one submission over several inputs.

Nothing here knows what is right: no reference, no tolerance, no diagnosis.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

from gradcheck.errors import UngradableError
from gradcheck.network.forward import Array
from gradcheck.submissions import onepass
from gradcheck.submissions.blame import CrashedError
from gradcheck.submissions.contract import ContractCode
from gradcheck.submissions.instrumenting import NAME
from gradcheck.submissions.interrupting import interrupted_after
from gradcheck.submissions.job import TIMED_OUT, Event, Inputs, Job, ProbeResult
from gradcheck.submissions.loading import Program
from gradcheck.submissions.localvalues import Locals, literal_calls

_IDLE = 1.0  # seconds that a limited run may wait for something else than the processor


def perform(job: Job, emit: Callable[[ProbeResult], None]) -> None:
    """
    Run a submission on every input, each time loaded afresh.

    Parameters
    ----------
    job : Job
    emit : callable (ProbeResult) -> None
        Called once for each input, in their order.

    Raises
    ------
    MemoryError
        If the submission asks for more than there is.
    """
    for text in job.variants:
        perform(replace(job, source=text, variants=()), emit)
    if job.variants:
        return
    job = replace(job, path=os.path.abspath(job.path))  # frames are told to be the submission's by their folder
    try:
        program = Program(job)
        code = ContractCode(job.contract, program.source, program.unset)
    except UngradableError as error:
        for _ in range(job.expected):
            emit(ProbeResult(status="ungradable", message=str(error)))
        return
    runs = [(inputs, False) for inputs in job.inputs]
    if job.calls_again:
        runs.append((job.inputs[-1], True))
    for inputs, warm in runs:
        program.notes.clear()
        with program.environment():
            try:
                late = TimeoutError(f"{TIMED_OUT} {job.seconds or 0:g} s")
                idle = None if job.seconds is None else job.seconds + _IDLE
                with interrupted_after(job.seconds, late, busy=True), interrupted_after(idle, late):
                    result = _probe(job, program, code, inputs, warm)
            except TimeoutError as error:  # between two statements of the submission's own
                result = ProbeResult(status="crashed", message=str(error))
        emit(result)


def _probe(job: Job, program: Program, code: ContractCode, inputs: Inputs, warm: bool) -> ProbeResult:
    """Load, run, evaluate; `warm` has it run with other values first."""
    contract = job.contract
    for note in program.source.notes:
        program.note(note)
    expressions = (*contract.gradients.values(), contract.output, contract.loss)
    local = Locals(literal_calls(expressions, "local"), program.folder)
    reserved, events = _watch(job, program)
    helpers: dict[str, object] = {"local": local}
    state = None
    try:
        if program.script is not None:
            passes = warm and not contract.script.function if contract.script else False
            if passes and not program.script.repeats:
                raise UngradableError("a second pass would not be like the first")
            state = program.script.state(inputs, program.note, _halved(inputs) if passes else None)
            state.unset = program.unset
            reserved[onepass.NAME] = state
            helpers |= {"first": state.read_first, "after": state.read_after}
        with local.watching():
            module = program.load(reserved)
            if warm and (contract.script is None or contract.script.function):
                _warm_up(program, code, module, inputs)
                vars(module).update(reserved)
            names = code.names(module, inputs)
            handed = {name: names[name] for name in inputs.arrays}
            if state is not None and program.script is not None:
                state.check()
                state.set_globals(module, program.script.module_keys)
            code.run(names)
            if state is not None:
                state.check()
        values = code.values(code.names(module, inputs, {**names, **helpers}))
    except (CrashedError, UngradableError) as error:
        crashed = isinstance(error, CrashedError)
        sizes = " ".join(f"{axis}={size}" for axis, size in inputs.sizes.items())
        return ProbeResult(
            status="crashed" if crashed else "ungradable",
            message=f"{error}\n(run with {sizes})" if crashed else str(error),
            line=error.line if isinstance(error, CrashedError) else None,
            notes=tuple(program.notes),
            events=events(),
            refused=tuple(sorted(program.refused)),
        )
    changed = tuple(name for name, array in inputs.arrays.items() if not _same(handed[name], array))
    return ProbeResult(
        status="ok",
        gradients=values.gradients,
        missing=values.missing,
        dtypes=values.dtypes,
        output=values.output,
        loss=values.loss,
        mutated=changed if state is None else (),
        notes=tuple(program.notes),
        events=events(),
        refused=tuple(sorted(program.refused)),
    )


def _same(one: Array, other: Array) -> bool:
    """Compare bytes: a function of numpy's can be replaced by the submission, a method of its arrays can't."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def _warm_up(program: Program, code: ContractCode, module: ModuleType, inputs: Inputs) -> None:
    """
    Call the submission with values of the same sizes; what it is judged by comes after.

    Once with everything other than it will be, for what is kept of the very first call; and once with other
    parameters alone, as in the next epoch, for what is kept under the examples.
    """
    for kept in ("Y",), ("X", "Y"):
        other = _halved(inputs, kept)
        if program.script is not None:
            state = program.script.state(other, program.note)
            setattr(module, onepass.NAME, state)
            state.set_globals(module, program.script.module_keys)
        code.run(code.names(module, other))


def _halved(inputs: Inputs, kept: tuple[str, ...] = ("Y",)) -> Inputs:
    """Other values of the same sizes, but for those that are kept; targets may be class numbers."""
    halves = {name: array if name in kept else array / 2 for name, array in inputs.arrays.items()}
    return replace(inputs, arrays=halves)


def _watch(job: Job, program: Program) -> tuple[dict[str, object], Callable[[], tuple[Event, ...]]]:
    """The recorder that a watched submission reports to, under its reserved name."""
    if not program.watches:
        return {}, lambda: ()
    from gradcheck.submissions.watch import Recorder

    recorder = Recorder(job.evaluate, program.calls)
    return {NAME: recorder}, recorder.events
