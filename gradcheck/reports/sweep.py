"""Error against step size, drawn: as text, as CSV, as a picture."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from html import escape

from gradcheck.differences.sweeping import Curve, Sweep
from gradcheck.network.forward import printed

_MARKS = "o+x*#@"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_HEIGHT = 18
_LEAST = 1e-17

EXPLANATION = """\
Read it from the right. A large step h makes the formula see the curve's bend: truncation error, which falls as
h, h^2, h^4, h^8, steeper the better the formula. A small step subtracts two nearly equal losses and divides what
rounding left of them by h: round-off error, which grows as 1/h. The best step is where the two lines of the V
meet; a formula of higher order turns earlier, at a larger step, and so reaches deeper. Complex step subtracts
nothing: it has no left arm, any tiny step will do, and it is the reference here."""


def render_text(sweep: Sweep, width: int = 80) -> str:
    """
    Draw one log-log plot per parameter, with a legend and what to learn from it.

    Parameters
    ----------
    sweep : Sweep
    width : int
        Columns available.
    """
    plots = [_plot(parameter, sweep, width) for parameter in sweep.parameters]
    return "\n\n".join([*plots, EXPLANATION]) + "\n"


def render_csv(sweep: Sweep) -> str:
    """Write one line per parameter, method and step: error and bound, relative to the parameter's scale."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("parameter", "method", "step", "relative_error", "relative_bound"))
    for curve in sweep.curves:
        for step, error, bound in zip(curve.steps, curve.errors, curve.bounds, strict=True):
            writer.writerow(
                (printed(curve.parameter), curve.method, f"{step:.6e}", f"{error:.6e}", f"{bound:.6e}")
            )
    return text.getvalue()


def render_svg(sweep: Sweep) -> str:
    """
    Draw the first parameter's curves as a self-contained SVG.

    Solid lines are errors, dashed ones their bounds; a ring marks the step that each method takes by itself.
    """
    parameter = sweep.parameters[0]
    curves = sweep.of(parameter)
    across, down = _axis(curves, 70, 610), _error_axis(sweep, parameter, 350, 30)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif" font-size="12">',
        '<rect width="640" height="400" fill="#fff"/>',
        f"<title>Error of {escape(printed(parameter))} against step size</title>",
        *_svg_grid(curves, sweep, parameter, across, down),
    ]
    for number, curve in enumerate(curves):
        parts += _svg_curve(curve, _COLOURS[number % len(_COLOURS)], number, across, down)
    parts.append('<text x="340" y="392" text-anchor="middle">step (movement of a pre-activation)</text>')
    parts.append(
        f'<text x="16" y="190" text-anchor="middle" transform="rotate(-90 16 190)">largest error of '
        f"{escape(printed(parameter))}, relative to its scale</text>"
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _logs(values: Sequence[float]) -> list[float]:
    return [math.log10(max(value, _LEAST)) if math.isfinite(value) else math.inf for value in values]


def _range(sweep: Sweep, parameter: str) -> tuple[float, float]:
    """Decades of error that are drawn: from below the best one up to the whole gradient."""
    finite = [log for curve in sweep.of(parameter) for log in _logs(curve.errors) if math.isfinite(log)]
    return math.floor(min(finite, default=-16.0)), 1.0


def _plot(parameter: str, sweep: Sweep, width: int) -> str:
    """One parameter's curves in characters: later methods are drawn over earlier ones."""
    curves = sweep.of(parameter)
    low, high = _range(sweep, parameter)
    columns = max(20, width - 10)
    first, last = math.log10(curves[0].steps[0]), math.log10(curves[0].steps[-1])
    grid = [[" "] * columns for _ in range(_HEIGHT)]
    for mark, curve in zip(_MARKS, curves, strict=False):
        for step, error in zip(_logs(curve.steps), _logs(curve.errors), strict=True):
            if not low <= error <= high:
                continue
            column = round((step - first) / ((last - first) or 1.0) * (columns - 1))
            grid[round((high - error) / (high - low) * (_HEIGHT - 1))][column] = mark
    lines = [f"{printed(parameter)}: largest error relative to its scale, against the step"]
    for row, characters in enumerate(grid):
        decade = high - row * (high - low) / (_HEIGHT - 1)
        label = f"1e{round(decade):+03d}" if row % 3 == 0 else ""
        lines.append(f"{label:>7} |" + "".join(characters).rstrip())
    lines.append(" " * 8 + "+" + "-" * columns)
    lines.append(_step_axis(first, last, columns))
    lines += [_legend(mark, curve) for mark, curve in zip(_MARKS, curves, strict=False)]
    lines.append(f"  complex step, the reference, is within {sweep.floor[parameter]:.0e}")
    return "\n".join(lines)


def _step_axis(first: float, last: float, columns: int) -> str:
    """Decades of the step, labelled where there is room."""
    line = [" "] * (columns + 10)
    decades = range(math.ceil(first), math.floor(last) + 1)
    for decade in decades[:: max(1, math.ceil(len(decades) * 7 / columns))]:
        column = 9 + round((decade - first) / ((last - first) or 1.0) * (columns - 1))
        label = f"1e{decade:+03d}"
        start = min(column, columns + 10 - len(label))
        line[start : start + len(label)] = label
    return "".join(line).rstrip()


def _legend(mark: str, curve: Curve) -> str:
    best = curve.best
    return (
        f"  {mark} {curve.method:<10} best {curve.errors[best]:.0e} at h = {curve.steps[best]:.0e};"
        f" takes h = {curve.chosen:.0e} by itself"
    )


def _axis(curves: Sequence[Curve], start: float, end: float) -> Callable[[float], float]:
    """Map a step to its x coordinate."""
    first, last = math.log10(curves[0].steps[0]), math.log10(curves[0].steps[-1])
    return lambda step: start + (math.log10(step) - first) / ((last - first) or 1.0) * (end - start)


def _error_axis(sweep: Sweep, parameter: str, start: float, end: float) -> Callable[[float], float]:
    """Map an error to its y coordinate, kept inside the frame."""
    low, high = _range(sweep, parameter)

    def place(error: float) -> float:
        log = min(max(_logs([error])[0], low), high)
        return start + (log - low) / (high - low) * (end - start)

    return place


def _svg_grid(
    curves: Sequence[Curve],
    sweep: Sweep,
    parameter: str,
    across: Callable[[float], float],
    down: Callable[[float], float],
) -> list[str]:
    parts = []
    low, high = _range(sweep, parameter)
    for decade in range(int(low), int(high) + 1, 2):
        y = down(10.0**decade)
        parts.append(f'<line x1="70" y1="{y:.1f}" x2="610" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="64" y="{y + 4:.1f}" text-anchor="end">1e{decade}</text>')
    first, last = math.log10(curves[0].steps[0]), math.log10(curves[0].steps[-1])
    for decade in range(math.ceil(first), math.floor(last) + 1, 2):
        x = across(10.0**decade)
        parts.append(f'<line x1="{x:.1f}" y1="30" x2="{x:.1f}" y2="350" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="368" text-anchor="middle">1e{decade}</text>')
    return parts


def _svg_curve(
    curve: Curve, colour: str, number: int, across: Callable[[float], float], down: Callable[[float], float]
) -> list[str]:
    nearest = min(range(len(curve.steps)), key=lambda i: abs(math.log(curve.steps[i] / curve.chosen)))
    x, y = across(curve.steps[nearest]), down(curve.errors[nearest])

    def line(values: Sequence[float], style: str) -> str:
        points = " ".join(
            f"{across(s):.1f},{down(v):.1f}" for s, v in zip(curve.steps, values, strict=True) if math.isfinite(v)
        )
        return f'<polyline points="{points}" fill="none" stroke="{colour}" {style}/>'

    return [
        line(curve.bounds, 'stroke-dasharray="3 3" opacity="0.6"'),
        line(curve.errors, 'stroke-width="2"'),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<text x="80" y="{48 + 16 * number}" fill="{colour}">{escape(curve.method)}</text>',
    ]
