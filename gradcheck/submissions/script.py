"""A script that runs up to and through one pass of its training loop: what it needs when it does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType

import numpy as np

from gradcheck.config import Contract
from gradcheck.config.schema import PARAMETER_ARRAYS
from gradcheck.errors import UngradableError
from gradcheck.submissions.blame import described
from gradcheck.submissions.job import Inputs
from gradcheck.submissions.onepass import OnePass
from gradcheck.submissions.planning import Plan
from gradcheck.submissions.reading import Source
from gradcheck.submissions.rewriting import Rewriting


@dataclass(frozen=True, kw_only=True)
class Script:
    """
    What a rewritten script needs at run time.

    Attributes
    ----------
    source : Source
    inject : tuple of (str, code)
        Injected names and their compiled expressions.
    required : tuple of str
        Injected parameters that the pass assigns to.
    must_change : bool
        Whether there is no loop, and parameters are read after the pass: one that changes none is none.
    firsts : tuple of str
        Names whose first values are asked for.
    module_keys : tuple of str
        Injected names that a function reads from its module.
    repeats : bool
        Whether a second pass of the loop is as good as the first: all parameters are injected.
    """

    source: Source
    inject: tuple[tuple[str, CodeType], ...]
    required: tuple[str, ...]
    must_change: bool
    firsts: tuple[str, ...]
    module_keys: tuple[str, ...]
    repeats: bool

    def state(self, inputs: Inputs, note: Callable[[str], None], warm: Inputs | None = None) -> OnePass:
        """
        Make the state of one run, in which the parameters are those of `warm` for a pass before.

        Raises
        ------
        UngradableError
            If an expression of `inject` fails.
        """
        held = self.held(inputs)
        before = self.held(warm) if warm is not None else {}
        first = {
            key: before[key]
            for key, code in self.inject
            if key in before and set(code.co_names) & {*PARAMETER_ARRAYS}
        }
        given = _given(inputs)
        return OnePass(held, self.required, self.must_change, self.firsts, first, given, self.source, note)

    def held(self, inputs: Inputs) -> dict[str, object]:
        """What each injected name holds."""
        held = {}
        for key, code in self.inject:
            try:
                held[key] = eval(code, _given(inputs))
            except Exception as error:
                raise UngradableError(f"`submission.script.inject`: `{key}` fails: {described(error)}") from None
        return held


def _given(inputs: Inputs) -> dict[str, object]:
    """Fresh arrays and sizes, as the contract names them."""
    arrays = {name: array.copy() for name, array in inputs.arrays.items()}
    return {**arrays, **inputs.sizes, "np": np}


def rewrite(tree: ast.Module, contract: Contract, source: Source) -> Script:
    """
    Rewrite a script's tree.

    Parameters
    ----------
    tree : Module
        Changed in place; its nodes are kept where they stay.
    contract : Contract
        With a script.
    source : Source

    Returns
    -------
    Script

    Raises
    ------
    UngradableError
        If the contract's function or loop isn't there, or an injected name is nowhere in the file.
    """
    assert contract.script is not None
    plan = Plan(tree, contract, contract.script, source)
    script = Script(
        source=source,
        inject=tuple(plan.code.items()),
        required=plan.required(),
        must_change=plan.loop is None and plan.reads_parameters(),
        firsts=tuple(plan.firsts),
        module_keys=plan.module_keys,
        repeats=plan.repeats(),
    )
    Rewriting(plan).apply()
    return script
