"""Loading a submission afresh, as often as asked, without side effects and without traces."""

from __future__ import annotations

import ast
import contextlib
import os
import random
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from operator import is_
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from gradcheck.config import Contract
from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import Unset, crash, described
from gradcheck.submissions.harmless import Calls, calls
from gradcheck.submissions.importing import (
    PACKAGE,
    Imports,
    RefusedError,
    future_flags,
    leave_out,
    run_statement,
)
from gradcheck.submissions.instrumenting import instrument, number
from gradcheck.submissions.job import Job, ProbeResult, Settlement
from gradcheck.submissions.needs import Needs
from gradcheck.submissions.onepass import NAME, OnePass, PassOverError
from gradcheck.submissions.pruning import Pruned, prune
from gradcheck.submissions.reading import Line, Source, read_source, tree_of
from gradcheck.submissions.script import Script, rewrite
from gradcheck.submissions.settling import Settled
from gradcheck.submissions.targets import assigned
from gradcheck.submissions.trees import place
from gradcheck.submissions.used import used_by
from gradcheck.submissions.versions import compiled, read_version


class Program:
    """
    A submission, read, pruned or rewritten, and compiled once.

    Parameters
    ----------
    job : Job
    refused : collection of int
        Lines that an earlier run found to take too long.

    Raises
    ------
    UngradableError
        If the file can't be read or isn't Python, or the contract's loop or function isn't in it.
    """

    def __init__(self, job: Job, refused: Collection[int] = ()) -> None:
        self.source = _source(job)
        self.folder = os.path.dirname(job.path)
        self.notes: dict[str, None] = {}
        self._loads = 0
        self.job = job
        script = job.contract.script
        self.prunes = job.contract.load != "all" and (script is None or bool(script.function))
        self.watches = job.watch or bool(job.evaluate)
        self.shares = self.prunes and script is None and not self.watches  # else its tree is rewritten
        self.unset = Unset()
        self.imports = Imports(self.folder, job.contract.load != "all", self.note, self.unset)
        self.script: Script | None = None
        self.pruned: Pruned | None = None
        self.calls = Calls()
        self.refused = frozenset(refused)
        self.codes = self._read()
        is_main = script is not None and not script.function
        stem = os.path.splitext(os.path.basename(job.path))[0]
        self.name = "__main__" if is_main else f"_submission_{stem}" if stem in sys.modules else stem

    def _read(self) -> list[tuple[list[ast.stmt], CodeType]]:
        """Parse, rewrite, prune and compile the file."""
        contract = self.job.contract
        version = read_version(self.source.text) if self.shares else None
        self.shares = version is not None
        tree = version if version is not None else _tree_of(self.job, self.source.text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.imports.prepare(self.job.path, tree)
            if self.watches:
                number(tree)
            self.script = rewrite(tree, contract, self.source) if contract.script is not None else None
            if self.prunes:
                self.imports.used, given = used_by(contract)
                given |= frozenset(self.script.module_keys if self.script is not None else ())
                settled = self.job.settled
                self.pruned = prune(
                    tree,
                    Needs(tree, self.imports.used, given, self.refused)
                    if settled is None
                    else Settled(tree, settled, self.refused),
                )
                leave_out(self.pruned, self.source, self.unset)
            if self.watches:
                if self.job.evaluate:
                    self.calls = calls(tree)
                tree = instrument(tree, self.job.evaluate, self.job.watch)
            return self._compile(tree)

    def note(self, text: str) -> None:
        """Tell something once."""
        self.notes.setdefault(text)

    def _compile(self, tree: ast.Module) -> list[tuple[list[ast.stmt], CodeType]]:
        """Compile the statements one by one where each may fail alone, else the whole."""
        flags = future_flags(tree)
        if self.script is not None and not self.watches:  # else all that is there was parsed, or has its place
            place(tree)
        parts = [[statement] for statement in tree.body] if self.prunes else [tree.body]
        try:
            return [(part, compiled(part, self.source.path, flags, self.shares)) for part in parts]
        except SyntaxError as error:
            raise UngradableError(f"{self.source.where(error.lineno)}: syntax error: {error.msg}") from None

    def load(self, names: dict[str, Any]) -> ModuleType:
        """
        Run the file in a fresh module.

        Parameters
        ----------
        names : dict
            Reserved names that the rewritten code calls.

        Raises
        ------
        CrashedError
            If the file's own code raises where that can't be skipped.
        """
        # the same in every run, but not in every load of one: a gradient that is drawn must differ between them
        modules = dict(sys.modules)
        random.seed(self._loads)
        np.random.seed(self._loads)
        self._loads += 1
        module = ModuleType(self.name)
        module.__dict__.update(
            names, __builtins__=self.imports.builtins, __file__=self.source.path, __package__=PACKAGE
        )
        sys.modules[self.name] = module
        self.imports.register_packages()
        noted: set[int] = set()
        for statements, code in self.codes:
            needed = self.pruned.needed_in(statements[0]) if self.pruned is not None else frozenset()
            try:
                run_statement(code, module.__dict__, needed, self.folder)
            except PassOverError:
                break
            except MemoryError:
                raise
            except RefusedError as error:
                self.refused |= error.lines
                self.unset.clear()
                self.codes = self._read()
                self.purge(modules)
                self._loads -= 1
                return self.load(names)
            except BaseException as error:
                if not self.prunes and not isinstance(error, SystemExit):
                    state = names.get(NAME)
                    raise (
                        state.crash(error) if isinstance(state, OnePass) else crash(error, self.source)
                    ) from None
                line = statements[0].lineno
                if line not in noted:
                    self.note(f"{self.source.where(line)} skipped: {described(error)}")
                noted.add(line)
                for statement in statements:
                    found = [steps[0] for steps in assigned([statement])]
                    self.unset.failed(self.source, statement.lineno, found, error)
        for name, why in self.unset.changed.items():
            if name in vars(module) and name not in self.unset.trained:  # else what reads it fails, and says so
                self.note(why)
        return module

    @contextlib.contextmanager
    def environment(self) -> Iterator[None]:
        """Give the submission its folder, its imports and silence; put everything back afterwards."""
        modules, path, argv = dict(sys.modules), list(sys.path), sys.argv
        depth, streams = sys.getrecursionlimit(), (sys.stdout, sys.stderr)
        bytecode, cwd = sys.dont_write_bytecode, os.getcwd()
        sys.path.insert(0, self.folder)
        sys.meta_path.insert(0, self.imports)
        sys.argv, sys.dont_write_bytecode = [self.source.path], True
        with contextlib.suppress(OSError):
            os.chdir(self.folder)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                yield
        finally:
            sys.meta_path.remove(self.imports)
            sys.path[:], sys.argv, sys.dont_write_bytecode = path, argv, bytecode
            sys.stdout, sys.stderr = streams
            sys.setrecursionlimit(depth)
            with contextlib.suppress(OSError):
                os.chdir(cwd)
            self.purge(modules)

    def purge(self, modules: dict[str, ModuleType]) -> None:
        """Forget the submission's own modules, and put back those whose name it took."""
        if [*sys.modules] == [*modules] and all(map(is_, sys.modules.values(), modules.values())):
            return  # most import nothing that isn't there
        for name, module in list(sys.modules.items()):
            if modules.get(name) is module:
                continue
            file = getattr(module, "__file__", None) or ""
            own = file.startswith(self.folder + os.sep) and "site-packages" not in file
            if own or name == self.name or name.startswith(PACKAGE.partition(".")[0]):
                del sys.modules[name]
                if name in modules:
                    sys.modules[name] = modules[name]


def settled(path: str, contract: Contract, probes: Iterable[ProbeResult] = ()) -> Settlement | None:
    """
    Work out, for its edited variants, what a file needs beside its definitions.

    Parameters
    ----------
    path : str
    contract : Contract
    probes : iterable of ProbeResult
        Of a run of the file: what took too long there isn't tried again.

    Returns
    -------
    Settlement or None
        None if it can't be told.
    """
    refused = {line for probe in probes for line in probe.refused}
    try:
        pruned = Program(Job(path=path, contract=contract, inputs=()), refused).pruned
        return None if pruned is None else pruned.settlement
    except (UngradableError, RecursionError, MemoryError, ValueError):  # all but the first of hostile texts only
        return None


def _tree_of(job: Job, text: str) -> ast.Module:
    try:
        return tree_of(text)
    except SyntaxError as error:
        where = f"{os.path.basename(job.path)}:{error.lineno}"
        raise UngradableError(f"{where}: syntax error: {error.msg}") from None


def _source(job: Job) -> Source:
    """Read the job's file, or take the text it gives in its place."""
    if job.source is None:
        return read_source(job.path)
    lines: tuple[Line, ...] = ()
    if job.path.endswith(".ipynb"):  # else a line of the text is the file's line
        with contextlib.suppress(UngradableError):
            lines = read_source(job.path).lines
    return Source(path=job.path, text=job.source, lines=lines)
