"""What is known of each step of the network, from the findings."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.findings import Finding, ParameterReport
from gradcheck.network.backward import SITES
from gradcheck.network.forward import Network
from gradcheck.probes import Probe

_BEFORE = {
    "delta1": ("grad_a1", "slope1"),
    "delta2": ("z1", "a1", "z2", "a2", "loss", "grad_a2", "slope2", "slope1"),
}
"""What may be wrong in place of an unexplained delta; right gradients of the layer behind vouch for the rest."""


def steps(network: Network, parameters: Sequence[ParameterReport], findings: Sequence[Finding]) -> dict[str, str]:
    """What is known of each step of the network: `right`, `wrong` or `unknown`."""
    wrong = {parameter.name.lower() for parameter in parameters if not parameter.verdict.passes}
    known = dict.fromkeys((site for site in SITES if not site.startswith("decay")), "right")
    for found in findings:
        if found.site is None:
            continue
        if found.formed:  # whether it is still right where it is used isn't known
            layers = {name[-1] for name in found.parameters}
            known |= {site: "unknown" for site in ("delta2", "delta1") if site[-1] in layers}
            continue
        for corrupted in (found.site, *found.also):
            known[corrupted] = "wrong"
            for site in _after(corrupted):
                known[site] = "wrong" if known[site] == "right" else known[site]
        if found.fault is None and found.site.startswith("delta"):
            known |= {site: "unknown" for site in _BEFORE[found.site] if known[site] == "right"}
    for name in network.parameters:
        known[name] = "wrong" if name in wrong else "right"
    return {site: state for site, state in known.items() if site not in ("b1", "b2") or site in network.parameters}


def _after(site: str) -> tuple[str, ...]:
    """Steps that are made from one, the gradients aside."""
    chain = ("z1", "a1", "z2", "a2", "loss", "grad_a2", "slope2", "delta2", "grad_a1", "slope1", "delta1")
    if site not in chain or site == "loss":  # a loss that is only printed spoils nothing
        return ()
    if site.startswith("slope") or site.startswith("grad"):
        return chain[chain.index(f"delta{site[-1]}") :: 3]
    later = chain[chain.index(site) + 1 :]
    return tuple(step for step in later if not (site.startswith("delta") and step.startswith("slope")))


def blind_spots(network: Network, chosen: Sequence[Probe]) -> tuple[str, ...]:
    """Say what these probes can't see."""
    notes = []
    if all(probe.sizes["n"] == 1 for probe in chosen):
        notes.append(
            "one example at a time: a sum over the examples can't be told from its absence, nor a mean from a sum"
        )
    for axis, one in (("k", "output"), ("h", "hidden unit"), ("d", "feature")):
        if all(probe.sizes[axis] == 1 for probe in chosen):
            notes.append(f"one {one} ({axis} = 1): mistakes that mix up {one}s can't be seen")
    if not (network.hidden_bias or network.output_bias):
        notes.append("no biases: nothing is said of bias gradients")
    return tuple(notes)
