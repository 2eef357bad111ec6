"""
Imports as a submission makes them: files beside it, libraries, and stand-ins for libraries.

A submission has an `__import__` of its own, so that nothing changes for the libraries it uses.
"""

from __future__ import annotations

import ast
import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType
from typing import Any

from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import Unset, not_changed, not_run
from gradcheck.submissions.bounded import TooLongError, bounded
from gradcheck.submissions.needs import Needs
from gradcheck.submissions.pruning import Pruned, prune, statements
from gradcheck.submissions.reading import Source, read_source
from gradcheck.submissions.standins import PLOTTING, stand_in
from gradcheck.submissions.targets import assigned
from gradcheck.submissions.used import identifiers

PACKAGE = "_submission_.folder"


class Imports(MetaPathFinder, Loader):
    """
    Finds and loads what lies beside a submission, and answers its import statements.

    Parameters
    ----------
    folder : str
        Where the submission is.
    prune_siblings : bool
        Load siblings without side effects as well.
    note : callable (str) -> None
        Told of every stand-in.
    unset : Unset
        Told what is left out of siblings.
    """

    def __init__(self, folder: str, prune_siblings: bool, note: Callable[[str], None], unset: Unset) -> None:
        self.folder = folder
        self.prune_siblings = prune_siblings
        self.note, self.unset = note, unset
        self.trees: dict[str, ast.AST] = {}
        self.used: frozenset[str] = frozenset()
        self.optional: dict[str, set[int]] = {}
        self.refused: dict[str, set[int]] = {}  # lines of siblings that took too long, in all loads
        self.builtins = vars(builtins) | {
            "__import__": self.import_module,
            "input": lambda *_: "",
            "open": self.open_file,
            "get_ipython": stand_in("get_ipython"),  # what a notebook takes for granted
            "display": stand_in("display"),
        }

    def open_file(self, file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        """Open as `open` does for reading; what a submission writes goes to memory, and leaves nothing behind."""
        if not set(mode) & set("wax"):
            return open(file, mode, *arguments, **options)
        self.note(f"{file} is not written")
        return io.BytesIO() if "b" in mode else io.StringIO()

    def register_packages(self) -> None:
        """Make the packages that the file's relative imports start from."""
        parent = os.path.dirname(self.folder)
        for name, path in ((PACKAGE.partition(".")[0], parent), (PACKAGE, self.folder)):
            package = ModuleType(name)
            package.__path__ = [path]
            sys.modules[name] = package

    def prepare(self, path: str, tree: ast.Module) -> None:
        """Remember the lines of a file's optional imports: those must fail as they would."""
        self.optional[path] = _optional_imports(tree)
        self.trees[path] = tree

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """Find a module beside the submission, or below such a one."""
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            return None
        places = [self.folder] if path is None else [place for place in path if self._is_own(place, name)]
        spec = PathFinder.find_spec(name, places) if places else None
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            return None
        return spec_from_file_location(
            name, spec.origin, loader=self, submodule_search_locations=spec.submodule_search_locations
        )

    def _is_own(self, place: str, name: str) -> bool:
        """Whether a package's folder is the submission's own, and not a library installed beside it."""
        if name.startswith(PACKAGE.partition(".")[0]):
            return True
        return place.startswith(self.folder) and "site-packages" not in place

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run a sibling, pruned as the submission is."""
        path = module.__spec__.origin if module.__spec__ and module.__spec__.origin else ""
        source = _source(path)
        own = dict(vars(module))
        refused = self.refused.setdefault(path, set())
        while True:
            tree = ast.parse(source.text)
            self.prepare(path, tree)
            vars(module).clear()
            vars(module).update(own, __builtins__=self.builtins)
            if not self.prune_siblings:
                exec(compile(tree, path, "exec", future_flags(tree), dont_inherit=True), vars(module))
                return
            others = [other for place, other in self.trees.items() if place != path]
            used = self.used | identifiers(others)
            pruned = prune(
                tree, Needs(tree, used, refused=refused, callers=True)
            )  # what is imported later may call
            try:
                self._run(pruned, source, vars(module))
            except RefusedError as error:
                refused |= error.lines
            else:
                return

    def _run(self, pruned: Pruned, source: Source, namespace: dict[str, Any]) -> None:
        """Run what is left of a sibling; a statement that fails is skipped with a note."""
        leave_out(pruned, source, self.unset)
        flags = future_flags(pruned.tree)
        for statement in pruned.tree.body:
            code = compile(ast.Module([statement], []), source.path, "exec", flags, dont_inherit=True)
            try:
                run_statement(code, namespace, pruned.needed_in(statement), self.folder)
            except (MemoryError, RefusedError):
                raise
            except BaseException as error:
                self.note(f"{source.where(statement.lineno)} skipped: {type(error).__name__}: {error}")
                names = [steps[0] for steps in assigned([statement])]
                self.unset.failed(source, statement.lineno, names, error)

    def import_module(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Import as `__import__` does, and stand in for what is plotting or not installed."""
        top = name.partition(".")[0]
        if level == 0 and top in PLOTTING:
            return self._stand_in(name, fromlist, f"{top} was replaced by a stand-in that draws nothing")
        try:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        except ImportError as error:
            frame = sys._getframe(1)
            optional = frame.f_lineno in self.optional.get(frame.f_code.co_filename, ())
            if level and not optional and isinstance(error, ModuleNotFoundError):
                wanted = (error.name or name).removeprefix(PACKAGE)
                raise ModuleNotFoundError(f"nothing beside the file is `{wanted}`", name=error.name) from None
            if level or optional or self._exists(top) or top in sys.stdlib_module_names:
                raise
            if not isinstance(error, ModuleNotFoundError) and top in sys.modules:
                raise
            missing = f"{top} is not installed, nor beside the file: replaced by an inert stand-in"
            return self._stand_in(name, fromlist, missing)

    def _exists(self, top: str) -> bool:
        """Whether a module of that name lies beside the submission."""
        return any(os.path.exists(os.path.join(self.folder, top + end)) for end in (".py", "/__init__.py"))

    def _stand_in(self, name: str, fromlist: Sequence[str] | None, note: str) -> ModuleType:
        self.note(note)
        return stand_in(name if fromlist else name.partition(".")[0])


def _source(path: str) -> Source:
    """The code of a sibling; what keeps it from being read is the import's failure, as Python has it."""
    try:
        return read_source(path)
    except UngradableError as error:
        name = os.path.basename(path)
        try:
            with open(path, "rb"):
                why = str(error)
        except OSError:
            why = f"{name} may not be read from here: it is another submission, or its permissions forbid it"
        raise ImportError(why, name=os.path.splitext(name)[0]) from None


def _optional_imports(tree: ast.Module) -> set[int]:
    """Lines of the imports in a `try` that handles their failure."""
    return {
        inner.lineno
        for node in statements(tree)
        if isinstance(node, ast.Try) and node.handlers
        for inner in statements(ast.Module(node.body, []))
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }


def future_flags(tree: ast.Module) -> int:
    """Compiler flags of a file's `from __future__` imports."""
    import __future__

    names = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    ]
    return sum({getattr(__future__, name).compiler_flag for name in names if hasattr(__future__, name)})


class RefusedError(Exception):
    """Statements that were run because others need them take too long; `lines` is where they are."""

    def __init__(self, lines: frozenset[int]) -> None:
        super().__init__()
        self.lines = lines


def run_statement(code: CodeType, namespace: dict[str, Any], needed: frozenset[int], folder: str) -> None:
    """
    Run one statement.

    Parameters
    ----------
    code : code
    namespace : dict
        The module's.
    needed : frozenset of int
        Lines in it that run only because others need them.
    folder : str
        Where the submission is.

    Raises
    ------
    RefusedError
        If it was needed and goes on for too long.
    """
    if not needed:
        exec(code, namespace)
        return
    try:
        with bounded(folder):
            exec(code, namespace)
    except TooLongError:
        raise RefusedError(needed) from None


def leave_out(pruned: Pruned, source: Source, unset: Unset) -> None:
    """Remember what pruning left out, and what that does to names."""
    for name, line in pruned.skipped.items():
        unset.names[name] = not_run(source, line, name in pruned.guarded)
        unset.left_out.add(name)
    for name, line in pruned.changed.items():
        unset.changed[name] = not_changed(source, line, name)
        if name in pruned.trained:
            unset.trained.add(name)
