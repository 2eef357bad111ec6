"""Trials: ways of calling a submission, run by the dozen in one process, and what they left where."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.config import Contract
from gradcheck.network.forward import Array
from gradcheck.proposing import inside
from gradcheck.proposing.calls import DECAY
from gradcheck.proposing.layouts import Layout
from gradcheck.submissions.job import Inputs, Job
from gradcheck.submissions.sandbox import Sandbox

# Co-prime, so that a shape says which axes it has; the second shows what is a constant of the file's.
SIZES = ({"n": 7, "d": 4, "h": 5, "k": 3}, {"n": 8, "d": 3, "h": 7, "k": 5})
AT_ONCE = 400


@dataclass(frozen=True, kw_only=True)
class Trial:
    """
    Code to try.

    Attributes
    ----------
    setup, run : str
        Statements; between them it is looked at what there is.
    roots : tuple of str
        Names whose leaves are reported.
    layout : Layout
    roles : frozenset of str
        Arrays that are handed over.
    slots : mapping
        Parameter to the path at which the submission keeps it, where it does.
    rated : bool
        Whether the rate of an update is `calls.RATE`.
    literal : str
        The rate that is written out in the file, where none can be given.
    covering : bool
        Whether it sums over examples itself, calling what goes through one of them.
    """

    setup: str
    run: str
    roots: tuple[str, ...]
    layout: Layout
    roles: frozenset[str] = frozenset()
    slots: Mapping[str, str] = field(default_factory=dict)
    rated: bool = False
    literal: str = ""
    covering: bool = False


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """
    An array that a trial left somewhere.

    Attributes
    ----------
    path : str
    shapes : tuple of tuple of int
        At each of `SIZES`.
    new, changed : bool
        Since `setup`.
    same : tuple of str
        Arrays handed over that it equals.
    prints : tuple of mapping
        At each size the fingerprints of its value, of what it `moved` by, and of what it lies from each parameter.
    float : bool
        Whether it holds no whole numbers.
    alias : str
        First path of the same array, where it has several.
    """

    path: str
    shapes: tuple[tuple[int, ...], ...]
    new: bool
    changed: bool
    same: tuple[str, ...]
    prints: tuple[Mapping[str, tuple[float, float]], ...]
    float: bool
    alias: str = ""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a trial came to: its leaves, or why it failed."""

    trial: Trial
    leaves: tuple[Leaf, ...] = ()
    error: str = ""


def explore(sandbox: Sandbox, path: str, trials: Sequence[Trial], load: str = "definitions") -> list[Left]:
    """
    Run trials.

    Parameters
    ----------
    sandbox : Sandbox
    path : str
        Of the submission.
    trials : sequence of Trial
    load : str
        As in a contract.

    Returns
    -------
    list of Left
        In the order of the trials; those that never ran have an error.
    """
    found: list[Left] = []
    for start in range(0, len(trials), AT_ONCE):
        some = trials[start : start + AT_ONCE]
        text = json.dumps([_packed(trial) for trial in some])
        run = (
            f"_inside_ = {{}}\nexec({inspect.getsource(inside)!r}, _inside_)\n"
            "_arrays_ = dict(X=X, Y=Y, W1=W1, b1=b1, W2=W2, b2=b2)\n"
            f"found = _inside_['explore'](submission, _arrays_, dict(n=n, d=d, h=h, k=k), {text!r})"
        )
        contract = Contract(load=load, run=run, gradients={"W1": "found"})
        result = sandbox.run(Job(path=path, contract=contract, inputs=tuple(map(drawn, SIZES))))
        answers = [inside.unpacked(one.gradients["W1"]) for one in result.probes if "W1" in one.gradients]
        if len(answers) < len(SIZES):
            why = next((probe.message for probe in result.probes if probe.message), result.message)
            found += [Left(trial=trial, error=why or "not run") for trial in some]
        else:
            found += [_left(trial, [answer[index] for answer in answers]) for index, trial in enumerate(some)]
    return found


def drawn(sizes: Mapping[str, int], both: bool = False) -> Inputs:
    """Arrays in rows for exploring, one-hot targets among them, of one output those of `both` classes or ones."""
    n, d, h, k = (sizes[axis] for axis in "ndhk")
    rng = np.random.default_rng([n, d, h, k])
    classes = max(k, 2) if both else k
    arrays: dict[str, Array] = {
        "X": rng.normal(size=(n, d)),
        "Y": np.eye(classes)[rng.permutation(np.arange(n) % classes)][:, :k],
        "W1": rng.normal(size=(d, h)) / np.sqrt(d),
        "b1": rng.uniform(0.2, 0.8, (1, h)),
        "W2": rng.normal(size=(h, k)) / np.sqrt(h),
        "b2": rng.uniform(0.2, 0.8, (1, k)),
    }
    return Inputs(arrays=arrays, sizes=sizes)


def pinned(inputs: Inputs, pins: Mapping[str, int]) -> dict[str, Array]:
    """Arrays in rows, cut to the sizes that a layout pins, as they are in the child."""
    sizes = {**inputs.sizes, **pins}
    cuts = {"X": "nd", "Y": "nk", "W1": "dh", "b1": "nh", "W2": "hk", "b2": "nk"}
    return {name: array[tuple(slice(sizes[axis]) for axis in cuts[name])] for name, array in inputs.arrays.items()}


def _packed(trial: Trial) -> dict[str, object]:
    return {
        "fusing": trial.layout.fusing,
        "fused": [f"W{bias[1]}" for bias in trial.layout.biases],
        "setup": f"{DECAY} = 0.0\n{trial.setup}",
        "run": trial.run,
        "roots": trial.roots,
        "axes": trial.layout.axes,
        "pins": trial.layout.pins,
        "lists": trial.layout.lists,
    }


def _left(trial: Trial, answers: Sequence[dict[str, object]]) -> Left:
    """Put the answers at the two sizes together: a leaf has the same path at both."""
    error = next((str(answer["error"]) for answer in answers if "error" in answer), "")
    if error:
        return Left(trial=trial, error=error)
    by_path = [_with_units({leaf["path"]: leaf for leaf in answer["leaves"]}) for answer in answers]  # type: ignore[attr-defined]
    leaves = [
        Leaf(
            path=path,
            shapes=tuple(tuple(one[path]["shape"]) for one in by_path),
            new=leaf["new"],
            changed=leaf["changed"],
            same=tuple(leaf["same"]),
            prints=tuple({key: tuple(found) for key, found in one[path]["prints"].items()} for one in by_path),
            float=leaf["float"],
            alias=leaf.get("alias", path),
        )
        for path, leaf in by_path[0].items()
        if all(path in one for one in by_path)
    ]
    return Left(trial=trial, leaves=tuple(leaves))


def _with_units(leaves: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leaves, and as one what each of several units has its part of: `[one.weights for one in net.neurons]`."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for path, leaf in leaves.items():
        for match in re.finditer(r"\[(\d+)\]", path):
            units = groups.setdefault((path[: match.start()], path[match.end() :]), [])
            if int(match[1]) == len(units) and len(leaf["shape"]) < 2 and match.end() < len(path):
                units.append(leaf)
    together = {key: units for key, units in groups.items() if len(units) > 1 and len({*map(_shape, units)}) == 1}
    more = {
        gathered(over, of): {
            "path": gathered(over, of),
            "shape": [len(units), *units[0]["shape"]],
            "new": all(one["new"] for one in units),
            "changed": any(one["changed"] for one in units),
            "same": [],
            "prints": {},
            "float": all(one["float"] for one in units),
        }
        for (over, of), units in together.items()
    }
    parts = {unit["path"] for units in together.values() for unit in units}
    return {path: leaf for path, leaf in leaves.items() if path not in parts} | more


def _shape(leaf: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(leaf["shape"])


def gathered(over: str, of: str) -> str:
    """Expression of what all units of a list have."""
    return f"np.array([unit{of} for unit in {over}])"


def scattered(path: str, name: str) -> str:
    """Statement that gives a path, one of several units' or not, an array."""
    match = re.fullmatch(r"np\.array\(\[unit(.*) for unit in (.*)\]\)", path)
    if match is None:
        return f"{path} = {name}"
    return f"for unit, part in zip({match[2]}, {name}.tolist()): unit{match[1]} = part"
