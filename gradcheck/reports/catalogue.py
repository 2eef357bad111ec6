"""The catalogue on a terminal: the list, and one page of it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradcheck.faults import CATALOGUE, Fault
from gradcheck.network.forward import printed

_WORDS = {
    "{delta}": "delta", "{other_delta}": "the other layer's delta", "{next_delta}": "delta2", "{incoming}": "dloss/da",
    "{weights}": "W", "{next_weights}": "W2", "{bias}": "b", "{inputs}": "the layer's inputs", "{z_inputs}": "z1",
    "{z}": "z", "{a}": "a", "{activation}": "the activation", "{units}": "units", "{unit_axis}": "1",
    "{example_axis}": "0", "{loss_scale}": "a scale", "{bias_sum}": "sum delta over the examples, axis 0, keepdims",
    "{weight_product}": "inputs.T @ delta", "{propagation}": "delta2 @ W2.T", "{slope_formula}": "the derivative g'(z)",
    "{slope_by_output}": "x (1 - x)", "{gradient_formula}": "the chain rule's", "{decay_term}": "λ W",
    "{coefficient}": "a constant", "{fixed_number}": "", "{twos}": "", "{elementwise}": "",
    "{loss}": "loss", "{output_delta}": "a2 - y", "{loss_derivative}": "its derivative", "{decays}": "The loss decays weights only",
    "{parameter}": "the parameter",
}  # fmt: skip


def listing(width: int) -> RenderableType:
    """Every entry in a line: name, sites, summary."""
    table = Table(box=None, show_header=True, header_style="bold", pad_edge=False)
    table.add_column("fault", no_wrap=True, style="cyan")
    if width >= 100:
        table.add_column("sites")
    table.add_column("what it is")
    for fault in CATALOGUE:
        sites = ", ".join(map(printed, fault.sites))
        table.add_row(*([fault.name, sites, fault.summary] if width >= 100 else [fault.name, fault.summary]))
    return Group(table, Text(f"\n{len(CATALOGUE)} faults. `gradcheck explain FAULT` explains one.", style="dim"))


def page(fault: Fault) -> RenderableType:
    """One entry at length: pattern, why, why tempting, wrong line, right line, references."""
    parts: list[RenderableType] = [
        Text(fault.name, style="bold cyan"),
        Text(f"{fault.summary}  (at {', '.join(map(printed, fault.sites))})"),
    ]

    def section(title: str, body: str) -> None:
        if body:
            parts.append(Text(f"\n{title}", style="bold"))
            parts.append(Padding(Text(body), (0, 0, 0, 2)))

    section("Found", plain(f"The submitted value {fault.submitted}."))
    section("Expected", plain(fault.expected))
    section("Why", flowing(fault.why))
    section("Why it is tempting", fault.tempting)
    section("Wrong", fault.wrong)
    section("Right", fault.right)
    section("If nobody notices", fault.training)
    section("Ask yourself", plain(fault.hint))
    section("Seen in", "\n".join(fault.references))
    return Group(*parts)


def flowing(text: str) -> str:
    """Join the lines of each paragraph, so that the terminal can break them; indented lines are formulas."""
    joined: list[str] = []
    for line in text.splitlines():
        follows = joined and joined[-1] and line and not line.startswith(" ") and not joined[-1].startswith(" ")
        if follows:
            joined[-1] += " " + line
        else:
            joined.append(line)
    return "\n".join(joined)


def plain(text: str) -> str:
    """A sentence of an entry with its words filled in for no network in particular."""
    for word, meaning in _WORDS.items():
        text = text.replace(word, meaning)
    return text
