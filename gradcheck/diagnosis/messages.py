"""From an explanation to words: what the submitted value is, what it ought to be, in the student's own axes."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradcheck.config import Contract
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.faults import layer_of
from gradcheck.findings import Finding
from gradcheck.network.forward import Network, printed
from gradcheck.submissions import axes

_NOT_THERE = re.compile(r" fails: (?:Name|Key|Attribute|Index)Error\b")
_OVER_A_NUMBER = re.compile(r"-?n/(\d+)")
_FACTORS = 4  # up to here a number may as well be a factor beside a division by n that is missing
_SLOPES = {
    "sigmoid": "{a} (1 - {a})",
    "tanh": "1 - {a}²",
    "relu": "1 where {z} > 0, else 0",
    "identity": "1",
    "softmax": "the softmax's Jacobian",
}
_DERIVATIVES = {
    "squared-error": "2 (a2 - y)",
    "binary-cross-entropy": "-(y/a2 - (1 - y)/(1 - a2))",
    "cross-entropy": "-y/a2",
}
_DELTAS = {
    ("sigmoid", "binary-cross-entropy"): "a2 - y",
    ("softmax", "cross-entropy"): "a2 - y",
    ("sigmoid", "cross-entropy"): "-y (1 - a2)",
}
_STEPS_OF = {
    "delta2": ("w2", "b2", "w1", "b1"),
    "grad_a2": ("w2", "b2", "w1", "b1"),
    "slope2": ("w2", "b2", "w1", "b1"),
    "delta1": ("w1", "b1"),
    "grad_a1": ("w1", "b1"),
    "slope1": ("w1", "b1"),
}


def downstream(site: str, wrong: Iterable[str]) -> tuple[str, ...]:
    """Which of the wrong parameters a site spoils; the forward pass spoils all."""
    reached = (site,) if site in ("w1", "b1", "w2", "b2") else _STEPS_OF.get(site, ("w2", "b2", "w1", "b1"))
    return tuple(name for name in ("w1", "b1", "w2", "b2") if name in set(reached) & set(wrong))


def finding(
    explained: Explained, network: Network, contract: Contract, wrong: Sequence[str], evidence: str
) -> Finding:
    """
    Write one mistake down.

    Parameters
    ----------
    explained : Explained
    network : Network
    contract : Contract
        For the student's own axes.
    wrong : sequence of str
        The parameters whose gradients are wrong.
    evidence : str
    """
    parameters = tuple(printed(n) for n in (explained.parameters or downstream(explained.site, wrong)))
    fault = explained.fault
    if fault is None:
        return Finding(
            fault=None,
            site=explained.site,
            parameters=parameters,
            confidence="unknown",
            message=_unknown(explained, parameters, network),
            evidence=evidence,
            hint=f"Compare {_title(explained.site)} with the chain rule, step by step.",
        )
    words = vocabulary(explained.site, network, contract)
    words["coefficient"] = explained.coefficient or "a constant"
    words["fixed_number"] = _fixed_number(explained.coefficient) if network.loss_scale.per_example else ""
    subject = _subject(explained.site, parameters)
    expected = _filled(fault.expected, words)
    if expected.startswith("sum "):
        expected = f"It should be: {expected}"
    message = f"{subject} {_filled(fault.submitted, words)}. {expected}"
    if fault.training:
        message += f" In training: {fault.training[0].lower()}{fault.training[1:]}"
    return Finding(
        fault=fault.name,
        site=explained.site,
        parameters=parameters,
        confidence="class" if explained.equivalent else "certain",
        message=message,
        evidence=evidence,
        hint=_filled(fault.hint, words),
        equivalent=explained.equivalent,
    )


def vocabulary(site: str, network: Network, contract: Contract) -> dict[str, str]:
    """Words for one layer: quantities, axes, and formulas as they read in the contract's layout."""
    layer = layer_of(site)
    columns = axes.reversed_axes("X", contract)
    activation = network.hidden_activation if layer == 1 else network.output_activation
    words = {
        "fixed_number": "",
        "delta": f"delta{layer}",
        "other_delta": f"delta{3 - layer}",
        "next_delta": "delta2",
        "incoming": f"dloss/da{layer}",
        "weights": f"W{layer}",
        "next_weights": "W2",
        "bias": f"b{layer}",
        "parameter": printed(site),
        "inputs": "x" if layer == 1 else "a1",
        "z_inputs": "z1",
        "z": f"z{layer}",
        "a": f"a{layer}",
        "activation": activation,
        "units": "hidden units" if layer == 1 else "outputs",
        "unit_axis": "0" if columns else "1",
        "example_axis": "1" if columns else "0",
        "loss_scale": str(network.loss_scale),
        "loss": network.loss,
        "twos": _twos(network),
        "loss_derivative": _DERIVATIVES[network.loss],
        "decays": "The loss decays weights only" if network.weight_decay else "The loss has no weight decay",
        "elementwise": "" if activation == "softmax" else ", elementwise",
    }
    shape = contract.axes[f"b{layer}"].split()
    keep = ", keepdims=True" if len(shape) == 2 else ""
    words["bias_sum"] = f"sum {words['delta']} with axis={words['example_axis']}{keep}"
    inputs, delta = words["inputs"], words["delta"]
    words["weight_product"] = f"{delta} @ {inputs}.T" if columns else f"{inputs}.T @ {delta}"
    words["propagation"] = "W2.T @ delta2" if columns else "delta2 @ W2.T"
    words["slope_formula"] = _SLOPES[activation].format(**words)
    words["slope_by_output"] = {"tanh": "1 - x²"}.get(activation, "x (1 - x)")
    words["gradient_formula"] = words["bias_sum"] if site.startswith("b") else words["weight_product"]
    words["output_delta"] = _DELTAS.get((network.output_activation, network.loss)) or (
        f"{words['incoming']} times {words['slope_formula']}"
    )
    factor = str(network.weight_decay_scale)
    words["decay_term"] = f"{network.weight_decay:g} · {words['weights']}" + (
        "" if factor == "1" else f" · {factor}"
    )
    return words


def _twos(network: Network) -> str:
    """Say which factor of two the derivative of a loss has."""
    if network.loss != "squared-error":
        return ", whose derivative has no factor of two"
    if network.loss_scale.coefficient.denominator == 2:
        return ": the 2 of the square's derivative is cancelled by the 1/2"
    return ": the square's derivative has a 2, once"


def _fixed_number(factor: str) -> str:
    """Say of a factor such as `n/400` that a number stands in the place of the number of examples."""
    found = _OVER_A_NUMBER.fullmatch(factor)
    if found is None or int(found[1]) <= _FACTORS:
        return ""
    return f": {found[1]}, a fixed number, stands in the place of n, the number of examples"


class _Words(dict[str, str]):
    """An unknown word stays as it is."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _filled(text: str, words: Mapping[str, str]) -> str:
    return string.Formatter().vformat(text, (), _Words(words))


def _title(site: str) -> str:
    return f"the gradient of {printed(site)}" if site in ("w1", "b1", "w2", "b2") else site


def _subject(site: str, parameters: Sequence[str]) -> str:
    """What the message speaks of: the gradients that are wrong."""
    names = " and ".join(parameters) if len(parameters) < 3 else ", ".join(parameters)
    if site in ("w1", "b1", "w2", "b2"):
        return f"The gradient of {printed(site)}"
    return f"The gradient of {names}" if len(parameters) == 1 else f"Each of the gradients of {names}"


def missing(parameters: Sequence[str], reasons: Sequence[str]) -> Finding:
    """
    Write down that some gradients are not there.

    Parameters
    ----------
    parameters : sequence of str
        `w1 b1 w2 b2`, at least one.
    reasons : sequence of str
        How the contract's expressions for them fail.
    """
    if not all(not reason or _NOT_THERE.search(reason) for reason in reasons):
        message = (
            "What the contract makes the gradient of can't be computed: its value is another one than it takes."
        )
    elif len(parameters) == 1:
        message = "There is no such gradient: it is not put where the contract looks for it."
    else:
        message = "There are no such gradients: they are not put where the contract looks for them."
    return Finding(
        fault=None,
        site=parameters[0],
        parameters=tuple(map(printed, parameters)),
        confidence="unknown",
        message=message,
        hint="Where are the other gradients put, and under which names?",
    )


def not_finite(parameters: Sequence[str], evidence: str) -> Finding:
    """
    Write down that some gradients aren't numbers, at the first step that all of them are made from.

    Parameters
    ----------
    parameters : sequence of str
        `w1 b1 w2 b2`, at least one.
    evidence : str
    """
    common = [site for site in ("delta1", "delta2") if {*parameters} & {*_STEPS_OF[site]} == {*parameters}]
    names = [printed(name) for name in parameters]
    several = len(names) > 1
    return Finding(
        fault=None,
        site=common[0] if several else parameters[0],
        parameters=tuple(names),
        confidence="unknown",
        message=f"The gradient{'s' * several} of {', '.join(names)} {'are' if several else 'is'} not finite:"
        " NaN or infinite in some entries.",
        evidence=evidence,
        hint="Where does a value first become NaN or infinite? Look for divisions by 0, logarithms of 0, and"
        " overflows of exp.",
    )


def another_shape(parameter: str) -> Finding:
    """
    Write down that a gradient has another shape than its parameter, beside values that nothing explains.

    Parameters
    ----------
    parameter : str
        One of `w1 b1 w2 b2`.
    """
    name = printed(parameter)
    return Finding(
        fault=None,
        site=parameter,
        parameters=(name,),
        confidence="unknown",
        message=f"The gradient of {name} has another shape than {name}, and that of its layer's other parameter"
        " has the right one: whatever its values are, it is summed up, or laid, in another way.",
        hint=f"Compare the shape of {name} with that of its gradient, and both with the line that makes it.",
    )


def after_the_delta(finding: Finding, formed: Mapping[str, str]) -> Finding:
    """
    Say of an unexplained finding that the deltas are right, and only what is made of them isn't.

    Parameters
    ----------
    finding : Finding
        Without a fault, at a delta.
    formed : mapping of str to str
        `delta2`, `delta1` to what the program calls it.
    """
    right = " and ".join(f"the right {site}, `{name}`," for site, name in formed.items())
    message = (
        f"The gradients of {', '.join(finding.parameters)} are wrong, and no mistake of the catalogue makes them;"
        f" but the program does form {right} so what is done with it, or with the gradients, after that is wrong."
    )
    hint = f"Follow `{next(iter(formed.values()))}` from where it is formed to the gradients, line by line."
    return replace(finding, formed=True, message=message, hint=hint)


def _unknown(explained: Explained, parameters: Sequence[str], network: Network) -> str:
    """Say which quantity is the first to go wrong, and no name."""
    site = explained.site
    if explained.coefficient:
        moves = "it isn't the same on every probe" if "," in explained.coefficient else "it is an odd one"
        return (
            f"The gradients of {', '.join(parameters)} are the right ones times one number, the same for all of"
            f" them; but {moves} ({explained.coefficient}), and no product of powers of the sizes."
        )
    if site.startswith("delta"):
        layer = layer_of(site)
        bias = f"b{layer}"
        if bias in network.parameters and bias not in parameters:
            return (
                f"The gradients of {', '.join(parameters)} are wrong, and no mistake of the catalogue makes them;"
                f" that of {bias} is right. So {site} is right but for the order of its examples, or what else"
                f" these are made of is wrong: the activations that the forward pass hands on."
            )
        return (
            f"The first quantity that is wrong is {site}, or what it is made of: the gradients made from it are"
            f" all wrong ({', '.join(parameters)}), and no mistake of the catalogue makes them. {site} is"
            f" dloss/da{layer} times the derivative of layer {layer}'s activation, elementwise."
        )
    return (
        f"The gradient of {printed(site)} is wrong by itself: the delta that it is made from is right elsewhere,"
        f" and no mistake of the catalogue gives these values."
    )
