"""Jobs and results come through as they were; nothing else comes through at all."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest

from gradcheck.config import Contract, ScriptContract
from gradcheck.submissions import wire
from gradcheck.submissions.job import Evaluation, Event, Inputs, Job, ProbeResult

GOOD: dict[str, Any] = {
    **{"status": "ok", "message": "", "line": None, "missing": {}, "dtypes": {}, "output": None, "loss": None},
    **{"mutated": [], "notes": [], "events": 0, "axes": 0, "gradients": {}},
}


def through(data: bytes, limit: int = 1 << 30) -> list[wire.Frame]:
    """Read frames from bytes that come in pieces."""
    reader = wire.Reader(limit)
    return [frame for start in range(0, len(data), 7) for frame in reader.feed(data[start : start + 7])]


def decoded(changes: dict[str, Any], payload: bytes = b"") -> ProbeResult:
    """Decode a result that is good but for the changes."""
    return wire.unpack_result(wire.Frame(GOOD | changes, payload))


def test_a_job_comes_through_whole() -> None:
    """Every field of a job arrives as it was sent, labels as integers."""
    rng = np.random.default_rng(0)
    arrays = {"X": rng.normal(size=(3, 2)), "Y": np.array([0, 1, 1]), "b2": np.array(0.5)}
    job = Job(
        path="/class/ann.py",
        contract=Contract(run="go()", script=ScriptContract(inject={"X": "X"}), lines={"run": 3}),
        inputs=(Inputs(arrays=arrays, sizes={"n": 3, "d": 2, "h": 1, "k": 1}),),
        source="x = 1",
        watch=True,
        evaluate=(Evaluation(node=4, expressions=("x", "x + 1")),),
    )
    (frame,) = through(wire.pack_job(job))
    copy = wire.unpack_job(frame)
    assert (copy.path, copy.contract, copy.source, copy.watch) == (job.path, job.contract, job.source, job.watch)
    assert copy.evaluate == job.evaluate
    assert copy.inputs[0].sizes == job.inputs[0].sizes
    for name, array in arrays.items():
        received = copy.inputs[0].arrays[name]
        assert received.dtype == (np.int64 if name == "Y" else np.float64)
        np.testing.assert_array_equal(received, array)


def test_a_result_comes_through_to_the_last_bit() -> None:
    """Every field of a result arrives as it was sent: NaN, infinity, signed zero, empty and odd shapes too."""
    odd = np.array([[np.nan, np.inf], [-0.0, 5e-324]])
    events = (
        Event(node=1, sequence=1, value=np.array(2.0)),
        Event(node=7, sequence=2, value=np.ones((2, 0, 3)), candidate=4, part=2),
        Event(node=9, sequence=3, value=odd.T),
    )
    result = ProbeResult(
        status="ok",
        gradients={"W1": odd, "b1": np.array(1.0)},
        missing={"W2": "no such name"},
        dtypes={"W1": "float32"},
        output=np.zeros((3, 1)),
        loss=np.array(0.1),
        mutated=("X",),
        notes=("skipped",),
        events=events,
    )
    (frame,) = through(wire.pack_result(result))
    copy = wire.unpack_result(frame)
    assert copy.gradients["W1"].tobytes() == odd.tobytes()
    assert copy.gradients["b1"].shape == ()
    assert (copy.missing, copy.dtypes, copy.mutated, copy.notes) == (
        {"W2": "no such name"},
        {"W1": "float32"},
        ("X",),
        ("skipped",),
    )
    assert copy.output is not None
    assert copy.output.shape == (3, 1)
    assert len(copy.events) == 3
    for sent, received in zip(events, copy.events, strict=True):
        assert (sent.node, sent.sequence) == (received.node, received.sequence)
        assert (sent.candidate, sent.part) == (received.candidate, received.part)
        assert received.value.tobytes() == sent.value.tobytes()
        assert received.value.shape == sent.value.shape


def test_a_subclass_loses_its_manners() -> None:
    """An array subclass with operations of its own arrives as a plain array of its bytes."""

    class Liar(np.ndarray):
        def tobytes(self, order: Any = "C") -> bytes:
            return bytes(8)

    liar = np.array([3.0]).view(Liar)
    (frame,) = through(wire.pack_result(ProbeResult(status="ok", gradients={"W1": liar})))
    received = wire.unpack_result(frame).gradients["W1"]
    assert type(received) is np.ndarray
    assert received.tolist() == [3.0]


@pytest.mark.parametrize(
    ("changes", "payload"),
    [
        ({"refused": 3}, b""),
        ({"refused": [True]}, b""),
        ({"refused": [-1]}, b""),
        ({"refused": [1] * 2001}, b""),
        ({"status": "passed"}, b""),
        ({"message": 3}, b""),
        ({"message": None}, b""),
        ({"notes": "text"}, b""),
        ({"notes": ["x"] * 1000}, b""),
        ({"missing": {"secret": "x"}}, b""),
        ({"gradients": []}, b""),
        ({"gradients": {"W9": {"shape": [1], "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": None}}, b""),
        ({"gradients": {"W1": {"shape": [1], "kind": "O"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [1], "kind": "i8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [2], "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [-1], "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [True], "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [1.0], "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [0] + [1 << 26] * 20, "kind": "f8"}}}, b""),
        ({"gradients": {"W1": {"shape": [1] * 33, "kind": "f8"}}}, bytes(8)),
        ({"gradients": {"W1": {"shape": [1 << 70], "kind": "f8"}}}, bytes(8)),
        ({}, bytes(8)),
        ({"events": 1}, b""),
        ({"events": -1}, b""),
        ({"events": 1 << 26}, bytes(32)),
        ({"events": 1}, struct.pack("<4q", 0, 0, -1, 1)),
        ({"events": 1}, struct.pack("<4qd", -5, 0, -1, 0, 1.0)),
        ({"events": 1, "axes": 1}, struct.pack("<5q", 0, 0, -1, 1, -1)),
        ({"events": 1, "axes": 1}, struct.pack("<5q", 0, 0, -1, 1, 1 << 40)),
    ],
)
def test_what_is_no_result_is_refused(changes: dict[str, Any], payload: bytes) -> None:
    """A wrong type, name, kind, shape, length or number anywhere is an error and never a result."""
    decoded({})
    with pytest.raises(wire.WireError):
        decoded(changes, payload)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<II", 0xFFFFFFFF, 0),
        struct.pack("<II", 2, 0xFFFFFFFF),
        struct.pack("<II", 4, 0) + b"\xff\xff\xff\xff",
        struct.pack("<II", 2, 0) + b"[]",
        struct.pack("<II", 100_000, 0) + b"[" * 100_000,
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    """Absurd sizes are refused before anything is waited for, and so is what is no JSON object."""
    with pytest.raises(wire.WireError):
        list(wire.Reader(1 << 30).feed(data))


def test_the_sum_of_frames_is_capped() -> None:
    """No more is taken altogether than the limit, in however many frames."""
    data = wire.pack({"a": 1}, bytes(800)) * 10
    whole = len(data) + 10 * wire.FRAME
    assert len(through(data, whole)) == 10
    with pytest.raises(wire.WireError):
        through(data, whole - 1)


@pytest.mark.parametrize(
    "header", [{}, {"a": [[] for _ in range(100_000)]}, {"a": dict.fromkeys(map(str, range(9999)))}]
)
def test_what_is_short_and_takes_much_is_capped(header: dict[str, Any]) -> None:
    """Neither empty frames nor lists of nothing fill the memory of the judge: objects count, not only bytes."""
    data, limit = wire.pack(header), 1 << 20
    assert len(data) < limit
    with pytest.raises(wire.WireError, match="more results than there can be"):
        list(wire.Reader(limit).feed(data * (limit // len(data))))


def test_texts_are_cleaned_on_the_way() -> None:
    """Messages lose escapes, control characters, surrogates and changes of direction, and are cut."""
    message = "\x1b[31mred\x1b[0m \x1b]0;title\x07a\x00b\u202ec\ud800d\r\n::error"
    assert decoded({"message": message}).message == "red abcd\n::error"
    assert len(decoded({"message": "x" * 100_000}).message) == wire.LARGEST_TEXT
    assert decoded({"line": 3}).line == 3
    assert decoded({"line": "3"}).line is None
    assert json.dumps(wire.clean("δ₁ = aᵀ × 本")) == json.dumps("δ₁ = aᵀ × 本")
