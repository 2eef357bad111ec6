"""What tests of edits work with: two right programs, a contract, probes, and a judge without a sandbox."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.repair.proving import Repair, repair, searched
from gradcheck.diagnosis.repair.trying import Judge, Trial
from gradcheck.diagnosis.repair.viewing import Hint
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.network.backward import gradients
from gradcheck.network.forward import PARAMETERS, Network, printed
from gradcheck.probes import Probe
from gradcheck.submissions.job import Job, JobResult, ProbeResult
from gradcheck.submissions.runner import perform

PATIENCE = 3.0  # seconds: a collection of all the garbage of many tests may take as long as one that never ends

PROGRAM = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = (o - Y) * o * (1 - o)   # output
    dW2 = h.T @ d2
    db2 = np.sum(d2, axis=0, keepdims=True)
    dh = d2 @ W2.T
    d1 = dh * h * (1 - h)
    dW1 = X.T @ d1
    db1 = np.sum(d1, axis=0, keepdims=True)
    return dW1, db1, dW2, db2
"""
LOOP = """\
import numpy as np

def backward(X, Y, W1, b1, W2, b2):
    s = lambda z: 1 / (1 + np.exp(-z))
    total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        h = s(x @ W1 + b1[0])
        o = s(h @ W2 + b2[0])
        d2 = (o - y) * o * (1 - o)
        d1 = W2 @ d2 * h * (1 - h)
        total[0] += np.outer(x, d1)
        total[1] += d1
        total[2] += np.outer(h, d2)
        total[3] += d2
    return total
"""
CONTRACT = Contract(
    run="g = backward(X, Y, W1, b1, W2, b2)",
    gradients={"W1": "g[0]", "b1": "g[1]", "W2": "g[2]", "b2": "g[3]"},
)
NETWORK = Network()


def probe(seed: int, **sizes: int) -> Probe:
    rng = np.random.default_rng(seed)
    n, d, h, k = sizes.values()
    shapes = {"x": (n, d), "w1": (d, h), "b1": (1, h), "w2": (h, k), "b2": (1, k)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return Probe(str(seed), {**values, "y": rng.uniform(0.1, 0.9, size=(n, k))}, sizes)


PROBES = (probe(1, n=4, d=4, h=4, k=4), probe(2, n=7, d=4, h=5, k=3))
FRESH = (probe(3, n=8, d=5, h=3, k=7), probe(4, n=6, d=6, h=6, k=6))


def run(job: Job) -> JobResult:
    results: list[ProbeResult] = []
    perform(job, results.append)
    return JobResult(status="done", probes=tuple(results))


def judge(probes: Sequence[Probe], result: JobResult, network: Network = NETWORK) -> frozenset[str]:
    wrong: set[str] = set()
    for index, one in enumerate(probes):
        if index >= len(result.probes) or result.probes[index].status != "ok":
            return frozenset(PARAMETERS)
        for name, right in gradients(network, one.values).items():
            got = result.probes[index].gradients.get(printed(name))
            if got is None or got.shape != right.shape or not np.allclose(got, right, rtol=1e-7):
                wrong.add(name)
    return frozenset(wrong)


def mended(
    text: str, seconds: float = 120.0, hints: Sequence[Hint] = (), network: Network = NETWORK
) -> Repair | None:
    return repair(text, *trials(network), hints=hints, budget_seconds=seconds)


def trials(
    network: Network = NETWORK, probes: Sequence[Probe] = PROBES, by: Judge | None = None
) -> tuple[Trial, Trial]:
    """Those of the search and of the proof."""
    judged = by or partial(judge, network=network)
    search, proof = (
        Trial("s.py", CONTRACT, network, tuple(some), run, judged, patience=PATIENCE)
        for some in (searched(probes), FRESH)
    )
    return search, proof


def made_by(kind: Callable[[Program], Iterable[Edit]], text: str) -> set[str]:
    """What edits of a kind make of a text."""
    return {edit.apply(text) for edit in kind(Program(text))}


def edit_at(text: str, statement: str, old: str, new: str) -> tuple[Program, Edit]:
    """An edit of a name in the value of one statement."""
    program = Program(text)
    node = next(n for n in program.nodes if isinstance(n, ast.stmt) and program.segment(n) == statement)
    assert isinstance(node, ast.Assign)
    start = program.span(node.value)[0] + program.segment(node.value).index(old)
    root = Root(program.number(node), program.number(node.value))
    return program, Edit(start, start + len(old), new, 1.0, root, program.segment(node.value).replace(old, new, 1))
