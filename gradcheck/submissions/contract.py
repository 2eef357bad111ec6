"""The contract's own code: `run`, and the expressions for gradients, output and loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from gradcheck.config import Contract
from gradcheck.errors import UngradableError
from gradcheck.network.forward import Array
from gradcheck.submissions.blame import CONTRACT_FILE, Unset, advice, contract_line, described, failure
from gradcheck.submissions.job import Inputs
from gradcheck.submissions.reading import Source


class Names(dict[str, Any]):
    """A namespace of its own names in front of a module's."""

    def __init__(self, module: ModuleType, own: Mapping[str, Any]) -> None:
        super().__init__(own)
        self.module = module

    def __missing__(self, name: str) -> Any:
        return vars(self.module)[name]


@dataclass(frozen=True)
class Values:
    """What the contract's expressions came to; the fields are as in `ProbeResult`."""

    gradients: dict[str, Array] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    output: Array | None = None
    loss: Array | None = None


class ContractCode:
    """
    The code of one contract, compiled.

    Parameters
    ----------
    contract : Contract
    source : Source
        The submission, for messages.
    unset : Unset
        What loading left unset, and why; it may grow while the file is loaded.
    """

    def __init__(self, contract: Contract, source: Source, unset: Unset) -> None:
        self.contract, self.source, self.unset = contract, source, unset
        self.folder = source.path.rpartition("/")[0]
        function = contract.script.function if contract.script is not None else ""
        run = contract.run if contract.run.strip() or not function else function.rpartition(".")[2] + "()"
        once = f"`{function}` ends after one pass of its loop, and what it has then is read by `after('...')`"
        self.lost = once if function else "does the function return it?"
        self.run_code = _compiled("submission.run", run, "exec")
        expressions = {f"submission.gradients.{name}": text for name, text in contract.gradients.items()}
        expressions |= {"submission.output": contract.output, "submission.loss": contract.loss}
        self.expressions = {
            key: _compiled(key, text.strip(), "eval") for key, text in expressions.items() if text.strip()
        }

    def place(self, key: str, line: int | None = None) -> str:
        """Name a key of the contract and its line in the configuration."""
        start = self.contract.lines.get(key)
        if start is None:
            return f"`{key}`"
        multiline = key == "submission.run" and "\n" in self.contract.run
        return f"`{key}` (line {start + (line or 0) if multiline else start} of the configuration)"

    def names(self, module: ModuleType, inputs: Inputs, own: Mapping[str, Any] | None = None) -> Names:
        """Make a namespace: the file's names, in front of them `own`, and in front of those fresh arrays."""
        arrays = {name: array.copy() for name, array in inputs.arrays.items()}
        return Names(module, {**(own or {}), **arrays, **inputs.sizes, "np": np, "submission": module})

    def run(self, names: Names) -> None:
        """
        Call the submission.

        Raises
        ------
        CrashedError
            If the submission's own code raises.
        UngradableError
            If the contract's does, or the submission's for want of what loading left out.
        """
        try:
            exec(self.run_code, names, names)
        except MemoryError:
            raise
        except BaseException as error:
            line = contract_line(error, self.folder)
            if line is None:
                raise failure(error, self.source, self.unset) from None
            raise self._unmet(error, line, names) from None

    def _unmet(self, error: BaseException, line: int, names: Names) -> UngradableError:
        """Say how the contract's own code failed, and what it may have meant."""
        text = self.contract.run.splitlines() or [""]
        code = text[line - 1].strip() if line <= len(text) else ""
        message = f"{self.place('submission.run', line)}: `{code}` fails: {described(error)}"
        hint = self._hint(error, names)
        return UngradableError(f"{message}; {hint}" if hint else message)

    def _hint(self, error: BaseException, names: Names) -> str:
        """Say what the contract may have meant, or why the file hasn't what it asks for."""
        name = (error.name or "") if isinstance(error, NameError) else ""
        own = [name for name in names if name != "submission"]
        return self.unset.names.get(name) or advice(error, [*own, *vars(names.module)], Flat(names))

    def values(self, names: Names) -> Values:
        """
        Evaluate the expressions; one gradient that fails is missing.

        Raises
        ------
        UngradableError
            If a value isn't numeric, or if nothing at all can be evaluated.
        """
        results: dict[str, Array] = {}
        missing: dict[str, str] = {}
        dtypes: dict[str, str] = {}
        for key, code in self.expressions.items():
            try:
                value = eval(code, names, names)
            except MemoryError:
                raise
            except BaseException as error:
                hint = _contents(error, code, names, self.lost) or self._hint(error, names)
                missing[key] = f"{self.place(key)} fails: {described(error)}" + (f"; {hint}" if hint else "")
                continue
            results[key], dtypes[key] = self._array(key, value)
        prefix = "submission.gradients."
        gradients = {key.removeprefix(prefix): array for key, array in results.items() if key.startswith(prefix)}
        lost = {key.removeprefix(prefix): why for key, why in missing.items() if key.startswith(prefix)}
        for key in ("submission.output", "submission.loss"):
            if key in missing:
                raise UngradableError(missing[key])
        if lost and not gradients:
            raise UngradableError(next(iter(lost.values())))
        return Values(
            gradients=gradients,
            missing=lost,
            dtypes={key.removeprefix(prefix): name for key, name in dtypes.items() if key.startswith(prefix)},
            output=results.get("submission.output"),
            loss=results.get("submission.loss"),
        )

    def _array(self, key: str, value: Any) -> tuple[Array, str]:
        """Convert what an expression gave to float64, with the name of the dtype it had."""
        if value is None:
            raise UngradableError(f"{self.place(key)} is None, expected an array: does the function return it?")
        try:
            array = np.asarray(value)
        except Exception as error:
            ragged = isinstance(error, ValueError) and "inhomogeneous" in str(error)
            found = "a ragged list" if ragged else f"{_a(type(value).__name__)} that numpy can't read ({error})"
            raise UngradableError(f"{self.place(key)} is {found}, expected an array of numbers") from None
        if array.dtype == np.float16:
            found = "float16, whose three digits can't tell right from wrong"
            raise UngradableError(f"{self.place(key)} is in {found}: compute in float64 or float32")
        if array.dtype.kind in "biuf":
            return np.array(array, dtype=float, subok=False), array.dtype.name
        if array.dtype.kind == "c" and not np.any(array.imag):
            return np.array(array.real, dtype=float, subok=False), array.dtype.name
        if array.dtype.kind == "O":
            try:
                return np.array(array.tolist(), dtype=float), array.dtype.name
            except Exception:
                pass
        kind = _a(type(value).__name__) if array.dtype.kind == "O" else f"an array of dtype {array.dtype}"
        raise UngradableError(f"{self.place(key)} is {kind}, expected an array of real numbers")


@lru_cache(maxsize=1 << 10)  # the same in every run of an assignment
def _compiled(key: str, text: str, mode: str) -> CodeType:
    return compile(text, CONTRACT_FILE.format(key), mode, dont_inherit=True)


class Flat(Mapping[str, Any]):
    """Names as a plain mapping, for looking functions up."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def __iter__(self) -> Any:
        return iter({**vars(self.names.module), **self.names})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _contents(error: BaseException, code: CodeType, names: Names, lost: str) -> str:
    """Say what the name is that an expression could not take apart; `lost` is why it may be None."""
    if not isinstance(error, LookupError | TypeError | AttributeError):
        return ""
    known = {**vars(names.module), **names}
    values = {name: known[name] for name in code.co_names if name in known}
    for name, value in values.items():
        if value is None:
            return f"`{name}` is None: {lost}"
    for name, value in values.items():
        if isinstance(value, Mapping):
            return f"`{name}` has {', '.join(map(repr, list(value)[:12]))}"
        if isinstance(value, tuple | list):
            return f"`{name}` is a {type(value).__name__} of {len(value)}"
        if not isinstance(value, FunctionType | ModuleType | type | int | float | np.ndarray):
            return f"`{name}` is {_a(type(value).__name__)}"
    return ""


def _a(noun: str) -> str:
    """Put the article before a noun."""
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
