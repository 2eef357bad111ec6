"""A proposal as TOML, what is unsure marked on the line before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gradcheck.config import LAYOUTS, Contract
from gradcheck.diagnosis.explain import losses
from gradcheck.network.forward import Network
from gradcheck.proposing.candidates import PARAMETERS, Confirmed
from gradcheck.proposing.choosing import Choice, choose

SKELETON = '''[network]
features = 4
hidden = 5
outputs = 3

[submission]
layout = "rows"
run = """
grads = backward(X, Y, W1, b1, W2, b2)
"""

[submission.gradients]
W1 = "grads['dW1']"
b1 = "grads['db1']"
W2 = "grads['dW2']"
b2 = "grads['db2']"
'''
ONE_BY_ONE = "the program takes one example at a time: mistakes in sums over examples can't be seen"
ALONE = "with several examples nothing was found that works: only one at a time is checked"
ONE_OUTPUT = "only one output is checked: mistakes that one output hides can't be seen"
AS_WRITTEN = "the program's numbers are written for {} examples: it is checked with so many"
_WIDE = 80
_SIZES = {"d": 4, "h": 5, "k": 3}
_BIASES = {(True, True): "true", (False, False): "false", (True, False): '"hidden"', (False, True): '"output"'}


@dataclass(frozen=True)
class Written:
    """Text of a configuration, what was recognised, what is unsure, and what was chosen."""

    toml: str
    summary: str
    doubts: tuple[str, ...]
    choice: Choice


def write(confirmed: Confirmed, path: str, one_by_one: bool = False, descends: bool = False) -> Written:
    """
    Write what was confirmed as a configuration.

    Parameters
    ----------
    confirmed : Confirmed
    path : str
        Of the program.
    one_by_one : bool
        Whether the program itself takes its examples one by one.
    descends : bool
        Whether it subtracts what it steps along, wherever it does.
    """
    choice = choose(confirmed, descends)
    network, contract = choice.network, choice.candidate.contract
    lines = [
        *([f"# unsure: {ONE_OUTPUT}"] if choice.candidate.layout.one_output else []),
        *_network(network, choice, choice.candidate.layout.pins),
        *_probes(choice, one_by_one),
        *_submission(contract, path),
    ]
    shape = f"hidden layer {network.hidden_activation}, output {network.output_activation}"
    biases = {(True, True): "", (False, False): ", no biases"}.get(
        (network.hidden_bias, network.output_bias),
        f", bias in the {'hidden' if network.hidden_bias else 'output'} layer",
    )
    summary = f"recognised: {shape}{biases}; loss {losses.named(network)}"
    doubts = choice.doubts
    if choice.candidate.layout.pins.get("n") == 1:
        doubts += () if one_by_one else (ALONE,)
        summary += f"\n{ONE_BY_ONE}" if one_by_one else ""
    elif examples := choice.candidate.layout.pins.get("n"):
        doubts += (AS_WRITTEN.format(examples),)
    if choice.candidate.layout.one_output:
        doubts += (ONE_OUTPUT,)
    return Written("\n".join(lines) + "\n", summary, doubts, choice)


def _network(network: Network, choice: Choice, pins: Mapping[str, int]) -> list[str]:
    lines = [
        "[network]",
        f"features = {pins.get('d', _SIZES['d'])}",
        f"hidden = {pins.get('h', _SIZES['h'])}",
        f"outputs = {pins.get('k', _SIZES['k'])}",
        f'hidden_activation = "{network.hidden_activation}"',
        f'output_activation = "{network.output_activation}"',
        *(f"# unsure: {doubt}" for doubt in choice.doubts),
        f'loss = "{"any" if choice.any_loss else network.loss}"',
        f'loss_scale = "{network.loss_scale}"',
    ]
    if network.weight_decay:
        lines.append(f"weight_decay = {network.weight_decay}")
        lines.append(f'weight_decay_scale = "{network.weight_decay_scale}"')
    biases = _BIASES[network.hidden_bias, network.output_bias]
    return lines if biases == "true" else [*lines, f"biases = {biases}"]


def _probes(choice: Choice, one_by_one: bool) -> list[str]:
    examples = choice.candidate.layout.pins.get("n")
    if examples is None:
        return []
    if examples > 1:
        return ["", "[probes]", f"# unsure: {AS_WRITTEN.format(examples)}", f"examples = {examples}"]
    return ["", "[probes]", f"# {ONE_BY_ONE if one_by_one else 'unsure: ' + ALONE}", "examples = 1"]


def _submission(contract: Contract, path: str) -> list[str]:
    lines = ["", "[submission]", f"file = {_text(Path(path).name)}"]
    if contract.load != "definitions":
        lines.append(f'load = "{contract.load}"')
    used = ("X", "Y", *(name for name in PARAMETERS if name in contract.gradients))
    layout = min(LAYOUTS, key=lambda name: sum(LAYOUTS[name][one] != contract.axes[one] for one in used))
    axes = {name: contract.axes[name] for name in used if LAYOUTS[layout][name] != contract.axes[name]}
    lines.append(f'layout = "{layout}"')
    if axes:
        lines.append("axes = { " + ", ".join(f"{name} = {_text(text)}" for name, text in axes.items()) + " }")
    if contract.run:
        lines.append(f"run = {_text(contract.run)}")
    lines += [
        f"{key} = {_text(text)}" for key, text in (("output", contract.output), ("loss", contract.loss)) if text
    ]
    if contract.script is not None:
        script = contract.script
        injected = [f"{_key(name)} = {_text(value)}" for name, value in script.inject.items()]
        inline = f"inject = {{ {', '.join(injected)} }}"
        lines += ["", "[submission.script]"]
        lines += [f"function = {_text(script.function)}"] if script.function else []
        lines += [f"loop = {script.loop}"] if script.loop != 1 else []
        lines += [inline] if len(inline) <= _WIDE else ["", "[submission.script.inject]", *injected]
    lines += ["", "[submission.gradients]"]
    return [*lines, *(f"{name} = {_text(contract.gradients[name])}" for name in used[2:])]


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else json.dumps(name, ensure_ascii=False)


def _text(value: str) -> str:
    """Write a TOML string, a text of several lines as such."""
    if "\n" in value and '"""' not in value and "\\" not in value:
        return f'"""\n{value}"""'
    if '"' in value and "'''" not in value and not value.endswith("'"):
        return f"'''{value}'''"
    return json.dumps(value, ensure_ascii=False)
