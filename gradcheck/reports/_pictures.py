"""Heat maps and the backward graph drawn with characters: signs and marks first, colour only on top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from gradcheck.findings import ParameterReport
from gradcheck.reports.cleaning import one_line
from gradcheck.reports.graph import Node, graph
from gradcheck.reports.heat import Cell, HeatMap, heat_map
from gradcheck.reports.wording import number

SHADES = " ░▒▓█"
MAP_ROWS = 8
STATE_STYLES = {"right": "green", "wrong": "red", "unknown": "dim"}
JOINS = {"": " ", "→": " ──▶ ", "⊙": " ⊙ ", ",": ", "}


def draw_graph(steps: Mapping[str, str]) -> list[Text]:
    """Draw the steps row by row, the first wrong one in brackets and pointed at."""
    lines = []
    for label, nodes in graph(steps):
        line = Text(f"  {label:<8}", style="default")
        for node in nodes:
            line.append(JOINS[node.join], style="dim")
            line.append_text(_node(node))
        if any(node.first for node in nodes):
            line.append("  ◀ first wrong", style="bold red")
        lines.append(line)
    if lines:
        lines.append(Text("  ✓ right  ✗ wrong  ? not known", style="dim"))
    return lines


def _node(node: Node) -> Text:
    style = STATE_STYLES[node.state]
    text = f"{node.mark} {node.name}"
    return Text(f"[{text}]", style=f"bold reverse {style}") if node.first else Text(text, style=style)


def draw_heat_maps(parameters: list[ParameterReport], width: int) -> Iterator[Text]:
    """Draw the errors of each parameter, and once what the signs mean."""
    heats = [(parameter, heat_map(parameter, MAP_ROWS, max(4, (width - 6) // 3))) for parameter in parameters]
    shown = [(parameter, heat) for parameter, heat in heats if heat is not None]
    for parameter, heat in shown:
        yield _caption(parameter, heat)
        yield from _rows(heat)
    if shown:
        odd = any(cell.sign == "!" for _, heat in shown for row in heat.rows for cell in row)
        yield Text(
            f"  + too large  - too small  {'! no number  ' if odd else ''}· within tolerance  "
            f"{SHADES[1:]} by size",
            style="dim",
        )


def _caption(parameter: ParameterReport, heat: HeatMap) -> Text:
    text = Text("  ").append(one_line(parameter.name), style="bold")
    text.append(f"  error up to {number(heat.largest, 3)}")
    if heat.block != (1, 1):
        text.append(f", the worst of each block of {heat.block[0]} by {heat.block[1]} entries")
    return text


def _rows(heat: HeatMap) -> Iterator[Text]:
    for row in heat.rows:
        line = Text("    ")
        for cell in row:
            line.append_text(_cell(cell)).append(" ")
        yield line


def _cell(cell: Cell) -> Text:
    if cell.level == 0:
        return Text(" ·", style="dim")
    return Text(cell.sign + SHADES[cell.level], style="red" if cell.sign in "+!" else "blue")
