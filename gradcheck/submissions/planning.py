"""What a contract's names mean in a file: the injected ones, the function, the loop."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping, Sequence
from functools import cached_property

from gradcheck.config import ARRAYS, Contract, ScriptContract
from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import CONTRACT_FILE
from gradcheck.submissions.localvalues import literal_calls
from gradcheck.submissions.loops import Loop, training_loops
from gradcheck.submissions.reading import Source
from gradcheck.submissions.targets import Chain, assigned, bound_name, parse_chain, scope_walk, touches
from gradcheck.submissions.trees import children, walk


class Plan:
    """
    One script, read for one contract.

    Parameters
    ----------
    tree : Module
        As parsed.
    contract : Contract
    script : ScriptContract
        The contract's.
    source : Source

    Raises
    ------
    UngradableError
        If the function or the loop isn't there, or an injected name is nowhere in the file.
    """

    def __init__(self, tree: ast.Module, contract: Contract, script: ScriptContract, source: Source) -> None:
        self.tree, self.contract, self.script, self.source = tree, contract, script, source
        self.keys = {key: _chain(key) for key in script.inject}
        self.code = {
            key: compile(text.strip(), CONTRACT_FILE.format(f"inject {key}"), "eval")
            for key, text in script.inject.items()
        }
        self.parameters = {
            key: self.keys[key] for key in script.inject if set(self.code[key].co_names) & set(contract.gradients)
        }
        expressions = (*contract.gradients.values(), contract.output, contract.loss)
        self.firsts = {call[0]: _chain(call[0]) for call in literal_calls(expressions, "first") if call}
        self.afters = {call[0]: parsed(call[0]) for call in literal_calls(expressions, "after") if call}
        self.before = ast.parse(script.before)
        self.function = self.find_function(script.function) if script.function else None
        self.body = self.function.body if self.function else tree.body
        self.loop = self.find_loop()
        self.check_used()

    @cached_property
    def module_keys(self) -> tuple[str, ...]:
        """Injected names that the function neither binds nor is given: it reads them from its module."""
        if self.function is None:
            return ()
        arguments = [node.arg for node in walk(self.function.args) if isinstance(node, ast.arg)]
        bound = {steps[0] for steps in assigned(self.body)} | {*arguments}
        return tuple(key for key, steps in self.keys.items() if len(steps) == 1 and steps[0] not in bound)

    @property
    def injected(self) -> list[str]:
        """Injected names that the rewritten code itself sets."""
        return [key for key in self.keys if key not in self.module_keys]

    def required(self) -> tuple[str, ...]:
        """Injected parameters that the pass assigns to; all of them where it leaves that to others."""
        targets = assigned(self.loop.body if self.loop else self.body)
        direct = [key for key, steps in self.parameters.items() if any(touches(one, steps) for one in targets)]
        return tuple(direct or (self.parameters if self.loop else ()))

    def repeats(self) -> bool:
        """Whether injecting anew is all that a second pass needs to be like the first."""
        injected = {name for code in self.code.values() for name in code.co_names}
        alone = self.function is None and not self.script.before.strip()
        return self.loop is not None and alone and injected >= set(self.contract.gradients)

    def reads_parameters(self) -> bool:
        """Whether the contract reads some injected parameter after the pass."""
        read = [steps for text in self.afters if (steps := parse_chain(text)) is not None]
        return any(touches(steps, key) for steps in read for key in self.parameters.values())

    def check_used(self) -> None:
        """Refuse to inject an array under a name that the file doesn't have: nothing would read it."""
        names = used_names(self.tree) | used_names(self.before)
        for key, steps in self.keys.items():
            if steps[0] not in names and set(self.code[key].co_names) & set(ARRAYS):
                near = difflib.get_close_matches(steps[0].lower(), {name.lower(): name for name in names}, n=1)
                meant = [name for name in sorted(names) if near and name.lower() == near[0]]
                hint = f": did you mean `{meant[0]}`?" if meant else ""
                place = place_of("submission.script.inject", self.contract.lines, key)
                raise UngradableError(
                    f"{place} has `{key}`, but {self.source.where(None)} has no `{steps[0]}`{hint}"
                )

    def place(self, key: str) -> str:
        return place_of(f"submission.script.{key}", self.contract.lines)

    def find_function(self, name: str) -> ast.FunctionDef:
        """Find the function or method that has the loop."""
        nodes: Sequence[ast.AST] = [self.tree]
        for part in name.split("."):
            children = [child for node in nodes for child in scope_children(node)]
            nodes = [child for child in children if getattr(child, "name", None) == part]
        found = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        if found:
            return found[-1]
        names = [node.name for node in walk(self.tree) if isinstance(node, ast.FunctionDef)]
        near = difflib.get_close_matches(name.rpartition(".")[2], names, n=3, cutoff=0.4) or names[:12]
        has = f"it has {', '.join(near)}" if near else "it defines no function"
        raise UngradableError(f"{self.place('function')}: the file has no function `{name}`: {has}")

    def find_loop(self) -> Loop | None:
        """Find the loop that the contract means; None if the script runs to its end."""
        parameters = list(self.parameters.values() or self.keys.values())
        loops = training_loops(self.body, parameters, list(self.firsts.values()), self.tree)
        wanted = self.script.loop
        if wanted <= len(loops):
            return loops[wanted - 1]
        if wanted == 1:
            return None
        places = ", ".join(self.source.where(loop.lineno) for loop in loops) or "none"
        raise UngradableError(
            f"{self.place('loop')} is {wanted}, but the loops that assign to a parameter are {places}"
        )


def used_names(tree: ast.Module) -> set[str]:
    """Every name that a file reads, binds or imports, in whatever scope."""
    nodes = list(walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    return names | {bound_name(alias) for node in imports for alias in node.names}


def place_of(key: str, lines: Mapping[str, int], name: str = "") -> str:
    """Name a key of the contract and its line in the configuration."""
    line = lines.get(f"{key}.{name}" if name else key, lines.get(key))
    return f"`{key}`" if line is None else f"`{key}` (line {line} of the configuration)"


def scope_children(node: ast.AST) -> list[ast.AST]:
    """Functions and classes that a node has in its own scope, those under `if` and `try` included."""
    return [child for child in scope_walk(children(node)) if isinstance(child, ast.FunctionDef | ast.ClassDef)]


def parsed(text: str) -> ast.expr:
    """Parse one expression of the contract's; its reader has taken it for one."""
    return ast.parse(text.strip(), mode="eval").body


def _chain(text: str) -> Chain:
    steps = parse_chain(text)
    assert steps is not None, text  # the configuration's reader takes no other
    return steps
