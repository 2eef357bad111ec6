"""Small submissions on disk, run in this process."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.config import Contract, ScriptContract
from gradcheck.submissions.job import Inputs, Job, ProbeResult
from gradcheck.submissions.runner import perform

SIZES = {"n": 5, "d": 4, "h": 3, "k": 2}

BACKWARD = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backward(X, Y, W1, b1, W2, b2):
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
    return {"W1": X.T @ dZ1, "b1": dZ1.sum(0, keepdims=True), "W2": A1.T @ dZ2, "b2": dZ2.sum(0, keepdims=True)}
"""
RUN = "grads = backward(X, Y, W1, b1, W2, b2)\n"
GRADIENTS = {name: f"grads['{name}']" for name in ("W1", "b1", "W2", "b2")}


def inputs(seed: int = 0, **sizes: int) -> Inputs:
    """Arrays in rows of generic values."""
    s = SIZES | sizes
    rng = np.random.default_rng(seed)
    shapes = {"X": "nd", "Y": "nk", "W1": "dh", "b1": "1h", "W2": "hk", "b2": "1k"}
    arrays = {
        name: rng.uniform(0.1, 0.9, [s.get(axis, 1) for axis in axes]) * (1 if name == "Y" else 2) - (name != "Y")
        for name, axes in shapes.items()
    }
    return Inputs(arrays=arrays, sizes=s)


def expected(given: Inputs) -> dict[str, np.ndarray]:
    """Gradients of half the summed squared error of two sigmoid layers, written out."""
    x, y, w1, b1, w2, b2 = (given.arrays[name] for name in ("X", "Y", "W1", "b1", "W2", "b2"))
    a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = delta2 @ w2.T * a1 * (1 - a1)
    bias = {"b1": delta1.sum(0, keepdims=True), "b2": delta2.sum(0, keepdims=True)}
    return {"W1": x.T @ delta1, "W2": a1.T @ delta2, **bias}


def write(folder: Path, text: str, name: str = "ann.py") -> str:
    """Write a submission, dedented."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(path)


def notebook(folder: Path, *cells: str, name: str = "ann.ipynb", language: str = "python") -> str:
    """Write a notebook of code cells."""
    document = {
        "cells": [
            {"cell_type": "code", "source": textwrap.dedent(cell).strip("\n").splitlines(keepends=True)}
            for cell in cells
        ],
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def contract(run: str = RUN, gradients: dict[str, str] | None = None, **others: Any) -> Contract:
    """Make a contract; without more the one of `BACKWARD`."""
    return Contract(run=textwrap.dedent(run), gradients=GRADIENTS if gradients is None else gradients, **others)


def script(gradients: dict[str, str], **others: Any) -> Contract:
    """Make a contract of a script."""
    run = others.pop("run", "")
    load = others.pop("load", "definitions")
    return Contract(run=run, load=load, gradients=gradients, script=ScriptContract(**others))


def run_all(path: str, how: Contract, *given: Inputs, **others: Any) -> list[ProbeResult]:
    """Run a submission on each of the inputs."""
    results: list[ProbeResult] = []
    perform(Job(path=path, contract=how, inputs=given, **others), results.append)
    return results


def run(path: str, how: Contract, given: Inputs | None = None, **others: Any) -> ProbeResult:
    """Run a submission once."""
    (result,) = run_all(path, how, given or inputs(), **others)
    return result


def assert_right(result: ProbeResult, given: Inputs | None = None, tolerance: float = 1e-10) -> None:
    """Hold all the gradients that a result has against the right ones."""
    assert result.status == "ok", result.message
    assert not result.missing, result.missing
    right = expected(given or inputs())
    assert result.gradients, "no gradient at all"
    for name, gradient in result.gradients.items():
        assert gradient.shape == right[name].shape, name
        np.testing.assert_allclose(gradient, right[name], rtol=tolerance, atol=tolerance, err_msg=name)
