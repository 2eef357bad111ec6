"""
Jobs and results as bytes: frames of a JSON header and raw little-endian numbers.

What comes from the child is hostile until it is decoded here: sizes are capped before anything is built, and
only numbers of the announced shape come out. Nothing is unpickled, ever.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeGuard

import numpy as np

from gradcheck.config import ARRAYS, Contract, ScriptContract
from gradcheck.network.forward import PARAMETERS, Array, printed
from gradcheck.submissions.job import Evaluation, Event, Inputs, Job, ProbeResult, Settlement

LARGEST_HEADER = 8 << 20  # bytes; the headers of a watched run with all its events stay below 1 MiB
LARGEST_PAYLOAD = 96 << 20  # bytes; the watch keeps four million numbers at the most
LARGEST_TEXT = 10_000  # characters of one message
MOST_TEXTS = 200
MOST_LINES = 2_000
MOST_AXES = 32
MOST_EVENTS = 300_000  # each is an object in the judge's memory
FRAME, ITEM = 4096, 64  # bytes that a frame and an item of its header count for, however short

_PREFIX = struct.Struct("<II")
_NAMES = tuple(printed(name) for name in PARAMETERS)
_STATUSES = ("ok", "crashed", "ungradable")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_Header = dict[str, Any]


class WireError(Exception):
    """Bytes that are no frame, or a frame that is no result."""


def clean(text: str, limit: int = LARGEST_TEXT) -> str:
    """Text without terminal escapes, control characters and surrogates, cut to `limit` characters."""
    text = _ESCAPES.sub("", text[: 4 * limit])
    return "".join(c for c in text if c.isprintable() or c in "\n\t\xa0")[:limit]


@dataclass(frozen=True)
class Frame:
    """One message: its header and the bytes behind it."""

    header: _Header
    payload: bytes


def pack(header: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """Make the bytes of one frame."""
    text = json.dumps(header).encode()
    return _PREFIX.pack(len(text), len(payload)) + text + payload


class Reader:
    """
    Puts frames together from bytes as they come.

    Parameters
    ----------
    limit : int
        Most bytes that are taken altogether, frames and the items of their headers counting for what they take.

    Raises
    ------
    WireError
        From `feed`, if a frame is larger than allowed or no JSON object.
    """

    def __init__(self, limit: int) -> None:
        self._buffer = bytearray()
        self._left = limit

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take bytes and give the frames that they complete."""
        self._spend(len(data))
        self._buffer += data
        while len(self._buffer) >= _PREFIX.size:
            header, payload = _PREFIX.unpack_from(self._buffer)
            if header > LARGEST_HEADER or payload > LARGEST_PAYLOAD:
                raise WireError("sent a result that is larger than any can be")
            end = _PREFIX.size + header + payload
            if len(self._buffer) < end:
                return
            start = _PREFIX.size + header
            text = self._buffer[_PREFIX.size : start]
            self._spend(FRAME + ITEM * text.count(b","))
            frame = Frame(_object(text), bytes(self._buffer[start:end]))
            del self._buffer[:end]
            yield frame

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise WireError("sent more results than there can be")


def _object(text: bytes | bytearray) -> _Header:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise WireError("sent a result that can't be read") from None
    if not isinstance(header, dict):
        raise WireError("sent a result that can't be read")
    return header


# ---- numbers


class _Numbers:
    """Collects arrays into one payload."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def add(self, array: Array) -> dict[str, Any]:
        """Append an array; the description is what `_Cursor.take` wants."""
        kind = "i8" if array.dtype.kind in "iub" else "f8"
        # tobytes of a base-class copy: a submission's array subclass must not have a say in what is sent
        self.parts.append(np.array(array, dtype=f"<{kind}", subok=False).tobytes())
        return {"shape": list(np.shape(array)), "kind": kind}

    def payload(self) -> bytes:
        """Everything so far."""
        return b"".join(self.parts)


class _Cursor:
    """Takes arrays off a payload, in order."""

    def __init__(self, payload: bytes) -> None:
        self._payload, self._offset = payload, 0

    def flat(self, count: int, kind: str = "f8") -> Array:
        """Take `count` numbers."""
        if self._offset + 8 * count > len(self._payload):
            raise WireError("announced more numbers than it sent")
        array = np.frombuffer(self._payload, f"<{kind}", count, self._offset).astype(kind)
        self._offset += 8 * count
        return array

    def take(self, description: Any, kinds: tuple[str, ...] = ("f8",)) -> Array:
        """Take one array of the shape and kind described."""
        if not isinstance(description, dict) or description.get("kind") not in kinds:
            raise WireError("sent an array of a kind that isn't allowed")
        shape = _shape(description.get("shape"))
        return _shaped(self.flat(math.prod(shape), description["kind"]), shape)

    def finish(self) -> None:
        """Refuse bytes that nothing described."""
        if self._offset != len(self._payload):
            raise WireError("sent more numbers than it announced")


def _count(value: Any) -> TypeGuard[int]:
    """Whether a value is a size: an integer, no boolean, not negative and not absurd."""
    return type(value) is int and 0 <= value <= LARGEST_PAYLOAD


def _shaped(flat: Array, shape: tuple[int, ...]) -> Array:
    """Reshape; zero entries can come with axes that numpy has no room for."""
    try:
        return flat.reshape(shape)
    except ValueError:
        raise WireError("sent an array whose shape makes no sense") from None


def _shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MOST_AXES or not all(_count(size) for size in value):
        raise WireError("sent an array whose shape makes no sense")
    return tuple(value)


# ---- jobs: from the judge, trusted


def pack_job(job: Job) -> bytes:
    """Make the frame of a job."""
    numbers = _Numbers()
    header = {
        "path": job.path,
        "contract": asdict(job.contract),
        "inputs": [
            {
                "arrays": {name: numbers.add(array) for name, array in inputs.arrays.items()},
                "sizes": {axis: int(size) for axis, size in inputs.sizes.items()},
            }
            for inputs in job.inputs
        ],
        "source": job.source,
        "watch": job.watch,
        "evaluate": [[evaluation.node, list(evaluation.expressions)] for evaluation in job.evaluate],
        "warm": job.warm,
        "seconds": job.seconds,
        "variants": list(job.variants),
        "settled": None if job.settled is None else asdict(job.settled),
    }
    return pack(header, numbers.payload())


def unpack_job(frame: Frame) -> Job:
    """Read the frame of a job."""
    header, cursor = frame.header, _Cursor(frame.payload)
    contract = dict(header["contract"])
    if contract["script"] is not None:
        contract["script"] = ScriptContract(**contract["script"])
    inputs = tuple(
        Inputs(
            arrays={name: cursor.take(description, ("f8", "i8")) for name, description in part["arrays"].items()},
            sizes=part["sizes"],
        )
        for part in header["inputs"]
    )
    return Job(
        path=header["path"],
        contract=Contract(**contract),
        inputs=inputs,
        source=header["source"],
        watch=header["watch"],
        evaluate=tuple(
            Evaluation(node=node, expressions=tuple(expressions)) for node, expressions in header["evaluate"]
        ),
        warm=header["warm"],
        seconds=header["seconds"],
        variants=tuple(header["variants"]),
        settled=None if header["settled"] is None else _settlement(header["settled"]),
    )


def _settlement(header: Mapping[str, list[str]]) -> Settlement:
    return Settlement(**{name: tuple(texts) for name, texts in header.items()})


# ---- results: from the child, hostile


def pack_result(result: ProbeResult) -> bytes:
    """Make the frame of what one input came to."""
    numbers, events = _Numbers(), result.events[:MOST_EVENTS]
    header = {
        "status": result.status,
        "message": result.message[:LARGEST_TEXT],
        "line": result.line,
        "gradients": {name: numbers.add(_floats(array)) for name, array in result.gradients.items()},
        "missing": {name: text[:LARGEST_TEXT] for name, text in result.missing.items()},
        "dtypes": dict(result.dtypes),
        "output": None if result.output is None else numbers.add(_floats(result.output)),
        "loss": None if result.loss is None else numbers.add(_floats(result.loss)),
        "mutated": list(result.mutated),
        "notes": [note[:LARGEST_TEXT] for note in result.notes[:MOST_TEXTS]],
        "refused": list(result.refused[:MOST_LINES]),
        "events": len(events),
        "axes": sum(event.value.ndim for event in events),
    }
    return pack(header, numbers.payload() + _packed_events(events))


def _floats(array: Array) -> Array:
    return np.array(array, dtype=np.float64, subok=False)


def _packed_events(events: tuple[Event, ...]) -> bytes:
    """Five integers an event, then all shapes, then all values: thousands of small arrays at little cost."""
    if not events:
        return b""
    table = [(one.node, one.sequence, one.candidate, one.part, one.value.ndim) for one in events]
    shapes = [size for event in events for size in event.value.shape]
    values = [event.value.ravel() for event in events]
    parts = (np.array(table, "<i8"), np.array(shapes, "<i8"), np.concatenate(values).astype("<f8"))
    return b"".join(part.tobytes() for part in parts)


def unpack_result(frame: Frame) -> ProbeResult:
    """
    Read what one input came to.

    Raises
    ------
    WireError
        If anything is not of the type, size or shape that it has to be.
    """
    header, cursor = frame.header, _Cursor(frame.payload)
    if header.get("status") not in _STATUSES:
        raise WireError("sent a result of no known status")
    line = header.get("line")
    result = ProbeResult(
        status=header["status"],
        message=_text(header.get("message")),
        line=line if _count(line) and line > 0 else None,
        gradients={name: cursor.take(value) for name, value in _mapping(header.get("gradients"))},
        missing={name: _text(value) for name, value in _mapping(header.get("missing"))},
        dtypes={name: _text(value)[:40] for name, value in _mapping(header.get("dtypes"))},
        output=None if header.get("output") is None else cursor.take(header["output"]),
        loss=None if header.get("loss") is None else cursor.take(header["loss"]),
        mutated=tuple(name for name in _texts(header.get("mutated")) if name in ARRAYS),
        notes=_texts(header.get("notes")),
        refused=_lines(header.get("refused", [])),
        events=tuple(_events(header.get("events"), header.get("axes"), cursor)),
    )
    cursor.finish()
    return result


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WireError("sent something else where a text belongs")
    return clean(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_TEXTS:
        raise WireError("sent something else where a list of texts belongs")
    return tuple(_text(item) for item in value)


def _lines(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MOST_LINES or not all(_count(line) for line in value):
        raise WireError("sent something else where a list of lines belongs")
    return tuple(value)


def _mapping(value: Any) -> Iterable[tuple[str, Any]]:
    """Items of what must map parameters to something."""
    if not isinstance(value, dict) or not set(value) <= set(_NAMES):
        raise WireError("sent something else where parameters belong")
    return value.items()


def _events(count: Any, axes: Any, cursor: _Cursor) -> Iterator[Event]:
    if not _count(count) or not _count(axes) or count > MOST_EVENTS:
        raise WireError("sent events whose number makes no sense")
    table = cursor.flat(5 * count, "i8").reshape(count, 5).tolist()
    sizes = cursor.flat(axes, "i8").tolist()
    at = 0
    for node, sequence, candidate, part, ndim in table:
        if not 0 <= ndim <= MOST_AXES or at + ndim > len(sizes) or min(node, sequence, candidate + 1, part) < 0:
            raise WireError("sent an event that makes no sense")
        shape = _shape(sizes[at : at + ndim])
        at += ndim
        value = _shaped(cursor.flat(math.prod(shape)), shape)
        yield Event(node=node, sequence=sequence, candidate=candidate, part=part, value=value)
