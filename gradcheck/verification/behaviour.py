"""What a submission does beside computing: change its inputs, keep something between calls, throw dice."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from gradcheck.config import ARRAYS, Contract
from gradcheck.config.code import GIVEN, HELPERS
from gradcheck.findings import Finding
from gradcheck.network.forward import Array
from gradcheck.submissions.job import JobResult, ProbeResult


def without_second_call(result: JobResult, asked: int, contract: Contract) -> JobResult:
    """
    Take the second call out of a result, and say what it gives otherwise; that it has no end says nothing.

    Where a call is handed everything and returns gradients, other gradients are wrong ones: they are named in
    `kept`. Otherwise (an engine that adds up until it is told not to, momentum in an update, parameters that the
    contract doesn't set) it may be meant, and is a note.
    """
    if len(result.probes) < asked or result.status not in ("done", "timeout", "memory"):
        return result
    *firsts, last = result.probes[:asked]
    kept: tuple[str, ...] = ()
    for second in result.probes[asked:]:
        others = differing(last, second)
        if not others or differing(firsts[0], last):  # random numbers differ without anything being kept
            continue
        if hands_over_everything(contract):
            kept = tuple(others)
            continue
        note = (
            f"a second call, or pass of the loop, gives other gradients of {', '.join(others)}, and only the"
            " first is judged: something is kept between them (a cache, an accumulator, momentum, a parameter"
            " that the contract doesn't set), or random numbers are drawn"
        )
        last = replace(last, notes=(*last.notes, note))
    return JobResult(status="done", probes=(*firsts, last), output=result.output, kept=kept)


def differing(one: ProbeResult, other: ProbeResult) -> list[str]:
    """Name the gradients that two runs on the same input gave, and gave differently."""
    if not one.status == other.status == "ok":
        return []
    there = other.gradients
    return [name for name, array in one.gradients.items() if name in there and not _repeats(array, there[name])]


def _repeats(one: Array, other: Array) -> bool:
    """Whether two runs gave the same, up to rounding: sums over sets may run in any order."""
    if one.shape != other.shape:
        return False
    scale = np.abs(one).max(initial=0.0)
    return bool(
        np.array_equal(one, other, equal_nan=True) or np.abs(one - other).max(initial=0.0) <= 1e-12 * scale
    )


def hands_over_everything(contract: Contract) -> bool:
    """
    Whether nothing that a contract calls is meant to remember anything.

    It gives the inputs and all parameters to functions of the file, or to objects that it makes anew, and reads
    the gradients from what comes back. Objects of the file's own, globals that are set, calls for what they leave
    behind and updates that are divided back may remember by design.
    """
    if contract.script is not None:
        return False
    return _functional(contract.run, tuple(contract.gradients.values()), tuple(contract.gradients))


@lru_cache(maxsize=1 << 6)
def _functional(run: str, gradients: tuple[str, ...], parameters: tuple[str, ...]) -> bool:
    statements, expressions = ast.parse(run.strip()), [ast.parse(text.strip()) for text in gradients]
    nodes = [node for tree in (statements, *expressions) for node in ast.walk(tree)]
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    used = {node.id for node in ast.walk(statements) if isinstance(node, ast.Name) and node.id not in own}
    read = {node.id for tree in expressions for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not {"X", "Y", *parameters} <= used or read & {*ARRAYS, *HELPERS}:
        return False
    known = own | {*GIVEN, *dir(builtins)}
    return all(_is_called(node, known) for tree in (statements, *expressions) for node in _outer(tree))


def _outer(tree: ast.AST) -> Iterator[tuple[ast.Name, ast.AST, ast.AST]]:
    """Every name that is read, with the node that it is in, and with the one that this is in."""
    above: dict[ast.AST, ast.AST] = {
        child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
    }
    for node, parent in above.items():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node, parent, above.get(parent, tree)


def _is_called(found: tuple[ast.Name, ast.AST, ast.AST], known: set[str]) -> bool:
    """Whether a name is the contract's own, or that of something of the file's which is called for its value."""
    name, parent, outer = found
    called = isinstance(parent, ast.Call) and parent.func is name and not isinstance(outer, ast.Expr)
    return name.id in known or called


def unrepeatable(asked: int, result: JobResult) -> list[Finding]:
    """Find whether a second call or run on the same input gave something else; `asked` runs came first."""
    if result.kept:
        verdict = f"A second call gives other gradients of {', '.join(result.kept)} on the same input."
        advice = (
            "Look for what a call leaves behind and the next one uses: sums that are not begun anew, momentum,"
            " activations that are kept under the examples alone, a default argument that is changed."
        )
        return [_beside(verdict, advice, "What does the first call leave behind?", result.kept)]
    if len(result.probes) <= asked:
        return []
    names = differing(result.probes[0], result.probes[asked])
    if not names:
        return []
    verdict = f"Two runs on the same input gave different gradients of {', '.join(names)}."
    advice = "Look for random numbers drawn in the backward or forward pass, or for state kept between calls."
    return [_beside(verdict, advice, "Do two runs on the same input give the same?", tuple(names))]


def mutating(result: JobResult) -> list[Finding]:
    """Find whether the inputs or targets were changed; parameters may be, by an update."""
    names = sorted({name for probe in result.probes for name in probe.mutated if name in ("X", "Y")})
    if not names:
        return []
    changed = " and ".join(names)
    verdict = f"The code changes its argument {changed} in place: the next pass starts from other data."
    advice = "Look for `-=`, `*=` or a slice assignment to it or to another name for it, and work on a copy."
    return [_beside(verdict, advice, f"Is {' or '.join(names)} still what it was when the code is done?")]


def _beside(verdict: str, advice: str, hint: str, parameters: tuple[str, ...] = ()) -> Finding:
    """Make a finding that needs no reference: it fails a submission whose gradients are all right."""
    return Finding(
        fault=None,
        site=None,
        parameters=parameters,
        confidence="certain",
        message=f"{verdict} {advice}",
        hint=hint,
        verdict=verdict,
    )
