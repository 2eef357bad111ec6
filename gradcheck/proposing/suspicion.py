"""What a candidate reads may be no gradients, or those of a loss that nobody here knows: no verdict then."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import partial

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.explain import losses
from gradcheck.proposing import recognising
from gradcheck.proposing.calls import RATE
from gradcheck.proposing.candidates import Candidate, Confirmed, Run, run_of
from gradcheck.submissions.sandbox import Sandbox

READ = "it runs, but what is read of it "
BENT = READ + (
    "isn't linear in the targets: it is what several steps come to, or an update that clips or normalises, or it "
    "belongs to a loss such as an absolute error's"
)
SCALED = READ + (
    "is {factor:.4g} times the gradients of a known loss: that is right for another learning rate, or for an "
    "average with earlier gradients, and wrong otherwise"
)
SIZED = READ + (
    "is a multiple of the gradients of a known loss that changes with a size which the program is given: that is "
    "right if another size is meant there, and wrong otherwise"
)
SEVERAL = READ + (
    "changes with the learning rate: it is what several steps come to, or no plain step down the gradients"
)
_SIZES = ("d", "h", "k")
_SLOWER = 0.1
_SHIFT = 100.0  # of all targets alike: what takes the largest of them for the class still finds it
_BENDS = 1e-3  # of a gradient: what float32 leaves at such targets is less
_FASTER = 3.0  # between what a line grows by at twice the shift, and a square


def suspicion(sandbox: Sandbox, path: str, confirmed: Confirmed) -> str:
    """
    Say why what doesn't agree with the gradients of a known loss may be something else than gradients.

    Returns
    -------
    str
        Nothing where nothing speaks against it.
    """
    candidate, fits, run = confirmed.candidate, confirmed.fits, confirmed.run
    contract = candidate.contract
    if not all(np.isfinite(array).all() for one in run.gradients for array in one.values()):
        return ""
    factor = None if fits else losses.constant_factor(confirmed.network, run.values, run.gradients)
    if factor is not None:
        return SCALED.format(factor=factor)
    if not fits and _follows_a_size(sandbox, path, confirmed):
        return SIZED
    agreeing = fits[0].agreeing if fits else 0
    updates = any(" - " in text for text in contract.gradients.values())
    if agreeing == len(contract.gradients) or (agreeing and not updates):
        return ""
    if contract.axes["Y"] != "labels" and _bends(sandbox, path, candidate, run, updates):
        return BENT
    return "" if agreeing or not _takes_several_steps(sandbox, path, candidate, run) else SEVERAL


def of_some_loss(confirmed: Confirmed) -> bool:
    """Whether the gradients belong together though they are those of no known loss, nor is one computed."""
    run = confirmed.run
    together = partial(losses.belong_together, confirmed.network)
    return not confirmed.fits and not confirmed.own and all(map(together, run.values, run.gradients))


def _follows_a_size(sandbox: Sandbox, path: str, confirmed: Confirmed) -> bool:
    """Whether all gradients are one multiple of right ones, and another one with another size handed over."""
    run, network = confirmed.run, confirmed.network
    pairs = zip(run.values, run.gradients, strict=True)
    if any(losses.constant_factor(network, [given], [read]) is None for given, read in pairs):
        return False
    larger = _with_larger_sizes(confirmed.candidate.contract)
    other = run_of(sandbox, path, replace(confirmed.candidate, contract=larger))
    return not isinstance(other, str) and any(
        name in more and not recognising.close(array, more[name])
        for one, more in zip(run.gradients, other.gradients, strict=True)
        for name, array in one.items()
    )


def _with_larger_sizes(contract: Contract) -> Contract:
    """The contract with sizes that it gives to the program, not to arrays, larger by one."""
    tree = ast.parse(contract.run)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        call.args = [_larger(one) for one in call.args]
        for option in call.keywords:
            option.value = _larger(option.value)
    script = contract.script and replace(
        contract.script,
        inject={
            name: f"{value} + 1" if value in _SIZES else value for name, value in contract.script.inject.items()
        },
    )
    return replace(contract, run=ast.unparse(tree), script=script)


def _larger(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name) and node.id in _SIZES:
        return ast.BinOp(node, ast.Add(), ast.Constant(1))
    return node


def _bends(sandbox: Sandbox, path: str, candidate: Candidate, run: Run, updates: bool) -> bool:
    """
    Whether none of the gradients is linear in the targets, as those of every known loss are.

    Those that grow faster are wrong for any loss that is in use, if they are no more than gradients: a slope that
    is taken of the error, say. Several steps may grow as fast.
    """
    runs = [run_of(sandbox, path, candidate, shift=times * _SHIFT) for times in (1.0, 2.0, -1.0)]
    further = [one.gradients for one in runs if not isinstance(one, str)]
    if len(further) < len(runs):
        return False
    near, far = (
        max((np.abs(array).max() for one in some for array in one.values()), default=0.0) for some in further[:2]
    )
    if far > _FASTER * near and not updates:
        return False
    straight = set(run.gradients[0])
    if not straight:  # nothing of a right shape
        return False
    for here, one, two, back in zip(run.gradients, *further, strict=True):
        for name in straight & here.keys() & one.keys() & two.keys() & back.keys():
            slope = two[name] - one[name]
            expected = ((here, one[name] - slope), (back, one[name] - 2 * slope))
            if not all(recognising.close(found[name], line, _BENDS) for found, line in expected):
                straight.discard(name)
    return not straight


def _takes_several_steps(sandbox: Sandbox, path: str, candidate: Candidate, run: Run) -> bool:
    """Whether none of the gradients that updates are divided back to is the same with a lower learning rate."""
    text = repr(candidate.contract)
    slower = replace(candidate, contract=_with_rate(candidate.contract, _SLOWER * RATE))
    other = run_of(sandbox, path, slower) if repr(slower.contract) != text else run
    if isinstance(other, str):
        return False
    pairs = [
        (one, more) for one, more in zip(run.gradients, other.gradients, strict=True) if one.keys() == more.keys()
    ]
    return bool(pairs) and not any(
        all(recognising.close(one[name], more[name], 1e-4) for one, more in pairs) for name in pairs[0][0]
    )


def _with_rate(contract: Contract, rate: float) -> Contract:
    """The contract with another learning rate wherever it has the usual one."""

    def slowed(text: str) -> str:
        return re.sub(rf"(?<![\w.]){re.escape(str(RATE))}(?![\w.])", str(rate), text)

    script = contract.script and replace(
        contract.script, inject={name: slowed(value) for name, value in contract.script.inject.items()}
    )
    gradients = {name: slowed(text) for name, text in contract.gradients.items()}
    return replace(contract, run=slowed(contract.run), gradients=gradients, script=script)
