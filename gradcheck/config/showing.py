"""A configuration as it was understood, defaults filled in; TOML again."""

from __future__ import annotations

import json

from gradcheck.config.values import Assignment, Contract


def shown(assignment: Assignment) -> str:
    """Write an assignment as a configuration that means the same."""
    network, probes = assignment.network, assignment.probes
    biases = {(True, True): "true", (False, False): "false", (True, False): '"hidden"', (False, True): '"output"'}
    lines = [
        "[network]",
        f"features = {assignment.sizes.d}",
        f"hidden = {assignment.sizes.h}",
        f"outputs = {assignment.sizes.k}",
        f"hidden_activation = {_text(network.hidden_activation)}",
        f"output_activation = {_text(network.output_activation)}",
        f"loss = {_text('any' if assignment.any_loss else network.loss)}",
        f"loss_scale = {_text(str(network.loss_scale))}",
        f"weight_decay = {network.weight_decay}",
        f"weight_decay_scale = {_text(str(network.weight_decay_scale))}",
        f"biases = {biases[network.hidden_bias, network.output_bias]}",
        "",
        "[probes]",
        f"seed = {probes.seed}",
        f"sizes = {json.dumps(sorted(probes.keep)) if probes.keep else _text('any')}",
        f"examples = {_text('any') if probes.examples is None else probes.examples}",
        f"targets = {_text(probes.targets)}",
    ]
    if assignment.data:
        lines += ["", "[data]", f"file = {json.dumps(list(assignment.data))}"]
    if assignment.contract is not None:
        lines += ["", *_contract(assignment.contract)]
    return "\n".join(lines) + "\n"


def _contract(contract: Contract) -> list[str]:
    axes = ", ".join(f"{name} = {_text(notation)}" for name, notation in contract.axes.items())
    lines = [
        "[submission]",
        f"file = {_text(contract.file)}",
        f"load = {_text(contract.load)}",
        f"axes = {{ {axes} }}",
    ]
    lines += [
        f"{name} = {_text(value)}"
        for name, value in (("run", contract.run), ("output", contract.output), ("loss", contract.loss))
        if value
    ]
    lines += ["", "[submission.gradients]"]
    lines += [f"{name} = {_text(value)}" for name, value in contract.gradients.items()]
    if contract.script is not None:
        script = contract.script
        inject = ", ".join(f"{_text(name)} = {_text(value)}" for name, value in script.inject.items())
        lines += ["", "[submission.script]", f"inject = {{ {inject} }}", f"loop = {script.loop}"]
        lines += [f"{k} = {_text(v)}" for k, v in (("before", script.before), ("function", script.function)) if v]
    return lines


def _text(value: str) -> str:
    """A TOML string; long ones over several lines."""
    if "\n" in value and "'''" not in value:
        return f"'''\n{value}'''"
    return json.dumps(value, ensure_ascii=False)
