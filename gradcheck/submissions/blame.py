"""Whose error is it: the submission's own code, or the contract that calls it? The innermost frame says."""

from __future__ import annotations

import difflib
import inspect
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType, TracebackType
from typing import Any

from gradcheck.config.code import GIVEN
from gradcheck.errors import UngradableError
from gradcheck.submissions.reading import Source, lines_of

CONTRACT_FILE = "<contract: {}>"
_CONTRACT_PREFIX = CONTRACT_FILE.partition("{")[0]
_SHOWN_FRAMES = 6
_LONGEST = 400
_PYTHON_2_NAMES = ("xrange", "raw_input", "unicode", "unichr", "basestring", "long", "execfile")


class CrashedError(Exception):
    """The submission's own code raised; `line` is where, in the text."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Unset:
    """
    What isn't there after loading, or isn't what it would be, and why.

    Attributes
    ----------
    names : dict
        Name that is unset, to a sentence.
    left_out : set of str
        Those of them that are unset because loading leaves statements out: nobody else is to blame.
    changed : dict
        Name that a statement which is left out would have changed, to a sentence.
    trained : set of str
        Those of them that are only trained: a wrong value is not due to that.
    """

    names: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    changed: dict[str, str] = field(default_factory=dict)
    trained: set[str] = field(default_factory=set)

    def clear(self) -> None:
        """Forget all, before the file is read anew."""
        for known in (self.names, self.left_out, self.changed, self.trained):
            known.clear()

    def why(self, error: BaseException, folder: str) -> str:
        """Say which statement that loading leaves out an error comes from; nothing if from none."""
        if isinstance(error, UnboundLocalError):
            return ""
        if isinstance(error, NameError):
            name = error.name or ""
            return self.names[name] if name in self.left_out else ""
        if isinstance(error, ImportError) or (
            isinstance(error, AttributeError) and inspect.ismodule(getattr(error, "obj", None))
        ):
            missing = self._missing(error)
            if missing:
                return missing
        on_none = isinstance(error, AttributeError | TypeError) and "NoneType" in described(error)
        if not (on_none or isinstance(error, LookupError | AttributeError)):
            return ""  # an error of arithmetic, say: an entry that is missing raises none
        code = _innermost(error, folder)
        read = code.co_names if code is not None else ()
        # what is only trained is there, untrained, and fits as well; but for what is None before
        missed = [name for name in read if name in self.changed and (on_none or name not in self.trained)]
        return self.changed[missed[0]] if missed else ""

    def _missing(self, error: ImportError | AttributeError) -> str:
        """As `why`, of what a file beside the submission ought to have."""
        if isinstance(error, AttributeError):
            name = error.name or ""
        else:  # the name is an attribute of the error only since Python 3.12
            name = str(error).partition("cannot import name '")[2].partition("'")[0]
        return self.names[name] if name in self.left_out else ""

    def failed(self, source: Source, line: int, names: Iterable[str], error: BaseException) -> None:
        """Note that a line failed on loading: not its fault where what it needs was left out."""
        why = self.why(error, os.path.dirname(source.path))
        for name in names:
            if name not in self.names:
                self.names[name] = failed_on_loading(source, line, error, why)
                if why:
                    self.left_out.add(name)


def _innermost(error: BaseException, folder: str) -> CodeType | None:
    """Code of the submission's that is nearest to where an error was raised."""
    found, traceback = None, error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(folder + os.sep) and "site-packages" not in code.co_filename:
            found = code
        traceback = traceback.tb_next
    return found


def frames(error: BaseException) -> Iterable[tuple[str, int, str]]:
    """File, line and function of every frame of a traceback, outermost first."""
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield code.co_filename, traceback.tb_lineno, code.co_name
        traceback = traceback.tb_next


def own_frames(error: BaseException, folder: str) -> list[tuple[str, int, str]]:
    """Frames of the submission and of its siblings."""
    return [
        frame
        for frame in frames(error)
        if frame[0].startswith(folder + os.sep) and "site-packages" not in frame[0]
    ]


def contract_line(error: BaseException, folder: str) -> int | None:
    """
    Line of the contract's code that an error is to blame on.

    Returns
    -------
    int or None
        None if the submission's own code is nearer to the error.
    """
    for file, line, _ in reversed(list(frames(error))):
        if file.startswith(_CONTRACT_PREFIX):
            return line
        if file.startswith(folder + os.sep) and "site-packages" not in file:
            return None
    return None


def not_run(source: Source, line: int, guarded: bool = False) -> str:
    """Say that loading leaves a line out, and what to do."""
    what = "is behind the main guard" if guarded else "is not run on loading"
    other = "run the file as a script ([submission.script])" if guarded else 'load = "all"'
    return f"{source.where(line)} would set it, and {what}: set it in `run`, or {other}"


def failed_before(source: Source, line: int) -> str:
    """Say that a line before the training loop failed, and what to do."""
    return f"{source.where(line)} would set it, and failed before the loop: give it a value in `inject`"


def failed_on_loading(source: Source, line: int, error: BaseException, why: str = "") -> str:
    """Say that a line that is run on loading failed; `why`, where something that was left out is the reason."""
    if why:
        needs = f"needs `{error.name}`" if isinstance(error, NameError) else "fails without what is left out"
        return f"{source.where(line)} would set it, and {needs}: {why}"
    return f"{source.where(line)} would set it, and failed on loading: {described(error)}"


def not_changed(source: Source, line: int, name: str) -> str:
    """Say that loading leaves out a line that changes something, and what to do."""
    return f'{source.where(line)} sets or changes `{name}`, and is not run on loading: load = "all" runs it'


def failure(error: BaseException, source: Source, unset: Unset) -> CrashedError | UngradableError:
    """Describe an exception of the submission's own: a crash, but where it is due to what loading left out."""
    why = unset.why(error, os.path.dirname(source.path))
    crashed = crash(error, source, {} if why else unset.names)
    return UngradableError(f"{crashed} ({why})") if why else crashed


def crash(error: BaseException, source: Source, unset: Mapping[str, str] | None = None) -> CrashedError:
    """
    Describe an exception of the submission's own, with its own frames only.

    Parameters
    ----------
    error : BaseException
    source : Source
    unset : mapping, optional
        Names that were left unset, and why.
    """
    own = own_frames(error, os.path.dirname(source.path))
    shown = own if len(own) <= _SHOWN_FRAMES else own[:2] + own[2 - _SHOWN_FRAMES :]
    lines = [_shown(frame, source) for frame in shown]
    if len(own) > _SHOWN_FRAMES:
        lines.insert(2, f"  ... {len(own) - _SHOWN_FRAMES} more ...")
    mine = [line for file, line, _ in own if file == source.path]
    text = "\n".join([*lines, described(error) + _reason(error, unset or {})])
    return CrashedError(text, mine[-1] if mine else None)


def described(error: BaseException) -> str:
    """Name an exception and its message, cut where it gets long."""
    try:
        message = str(error)
    except Exception:
        message = ""
    if isinstance(error, SystemExit):
        return f"SystemExit: the program called exit({message if message != 'None' else ''})"
    message = message if len(message) <= _LONGEST else message[:_LONGEST] + "..."
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _shown(frame: tuple[str, int, str], source: Source) -> str:
    """Write one frame as file, line, function and source."""
    file, line, function = frame
    if file != source.path:
        return f"  {os.path.basename(file)}:{line} in {function}"
    text = lines_of(source.text)
    code = text[line - 1].strip()[:_LONGEST] if 0 < line <= len(text) else ""
    return f"  {source.where(line)} in {function}: {code}"


def _reason(error: BaseException, unset: Mapping[str, str]) -> str:
    """Say why a name isn't there, where loading is the reason."""
    name = (error.name or "") if isinstance(error, NameError) else ""
    if name in unset:
        return f" ({unset[name]})"
    if name in _PYTHON_2_NAMES:
        return " (a name of Python 2: convert the file to Python 3)"
    return ""


def advice(error: BaseException, names: Iterable[str], namespace: Mapping[str, Any]) -> str:
    """Suggest what the author of a contract may have meant."""
    if isinstance(error, NameError) and error.name:
        return _nearest(error.name, names, "the file has") or "the file defines nothing"
    if isinstance(error, AttributeError) and error.name:
        public = [name for name in dir(error.obj) if not name.startswith("_")]
        return _nearest(error.name, public, "it has")
    if isinstance(error, TypeError):
        return _signature(str(error), namespace)
    return ""


def _nearest(name: str, names: Iterable[str], lead: str) -> str:
    public = sorted({other for other in names if not other.startswith("_")})
    folded = {other.lower(): other for other in public}
    near = [folded[other] for other in difflib.get_close_matches(name.lower(), folded, n=3, cutoff=0.5)]
    if near:
        return "did you mean " + " or ".join(f"`{other}`" for other in near) + "?"
    own = [other for other in public if other not in GIVEN]
    return f"{lead} {', '.join(own[:12])}" if own else ""


def _signature(message: str, namespace: Mapping[str, Any]) -> str:
    """Quote the signature of the function that a TypeError names."""
    called = message.partition("(")[0].split(".")
    try:
        function = namespace[called[0]]
        for attribute in called[1:]:
            function = getattr(function, attribute)
        line = inspect.unwrap(function).__code__.co_firstlineno
        return f"line {line} of the file has `{'.'.join(called)}{inspect.signature(function)}`"
    except Exception:
        return ""
