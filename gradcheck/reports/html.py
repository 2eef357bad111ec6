"""
One self-contained page for a submission or for a whole class.

The page asks nothing of the network: its own policy forbids it, and allows the one script and the one style sheet
by their hashes. Everything that is shown passes through Jinja's escaping and through `clean`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome, ParameterReport, Verdict
from gradcheck.reports import wording
from gradcheck.reports.cleaning import clean, one_line
from gradcheck.reports.frames import frame
from gradcheck.reports.graph import graph
from gradcheck.reports.heat import LEVELS as SHADES
from gradcheck.reports.heat import HeatMap, heat_map
from gradcheck.reports.report import Report, SubmissionReport

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

INLINE = 40  # submissions up to which every section is in the page from the start, script or none
MAP_ROWS, MAP_COLUMNS = 24, 64
CELL = 12  # units of a picture, and pixels of a big one


def render(report: Report, pictures: tuple[str, ...] = ()) -> str:
    """
    Draw a report as a page of HTML.

    Parameters
    ----------
    report : Report
    pictures : tuple of str
        SVG of our own making to show below the rest, such as a step sweep.

    Raises
    ------
    ConfigError
        If Jinja2, the extra `html`, isn't installed.
    """
    environment = _environment()
    style, script = _asset("page.css"), _asset("page.js")
    template = environment.get_template("page.html")
    return (
        template.render(
            report=report,
            counts=[(str(outcome), report.summary[outcome]) for outcome in Outcome if report.summary[outcome]],
            ranked=wording.ranked_faults(report.submissions),
            names=list(Counter(p.name for submission in report.submissions for p in submission.parameters)),
            lazy=len(report.submissions) > INLINE,
            style=environment.filters["trusted"](style),
            script=environment.filters["trusted"](script),
            policy=_policy(style, script),
            pictures=[environment.filters["trusted"](picture) for picture in pictures],
        )
        + "\n"
    )


def _environment() -> Environment:
    """Set Jinja up: everything escaped and cleaned, unknown names refused."""
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        raise ConfigError(
            "the format `html` needs Jinja2, which isn't installed", hint='pip install "gradcheck[html]"'
        ) from error

    def finalize(value: Any) -> Any:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "trusted": Markup,
        "one_line": one_line,
        "filterable": _filterable,
        "ticked": _ticked,
        "breakable": _breakable,
    }
    environment.globals |= {
        "frame": frame,
        "graph": graph,
        "heat_picture": _heat_picture,
        "wording": wording,
        "faults": _faults,
        "verdicts_of": _verdicts,
        "is_network": wording.is_network,
    }
    return environment


def _asset(name: str) -> str:
    return files("gradcheck.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Forbid everything but the style sheet and the script that are in the page."""
    sources = f"style-src {_hash(style)}; script-src {_hash(script)}"
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _faults(submission: SubmissionReport) -> list[str]:
    """List the names of a submission's mistakes, each once."""
    return list(dict.fromkeys(filter(None, map(wording.mistake, submission.findings))))


def _verdicts(submission: SubmissionReport) -> dict[str, Verdict]:
    """Map each parameter's name to its verdict."""
    return {parameter.name: parameter.verdict for parameter in submission.parameters}


def _filterable(names: list[str]) -> str:
    """Put names into an attribute that the script can read back."""
    return json.dumps(names)


def _ticked(text: str) -> Markup:
    """Show what stands between backticks as code; both sides of every tick are escaped."""
    from markupsafe import Markup

    parts = clean(text).split("`")
    whole = len(parts) if len(parts) % 2 else len(parts) - 2
    shown = [Markup("<code>{}</code>" if i % 2 else "{}").format(part) for i, part in enumerate(parts[:whole])]
    return Markup("").join([*shown, "`".join(parts[whole:])])


def _breakable(path: str) -> Markup:
    """Let a long path break after its slashes first."""
    from markupsafe import Markup

    return Markup("/<wbr>").join(one_line(path).split("/"))


def _heat_picture(parameter: ParameterReport) -> dict[str, Any] | None:
    """
    Turn a heat map into a few SVG paths, one a shade and one a sign, so that thousands of cells stay cheap.

    Returns
    -------
    dict or None
        None where there is nothing to draw; otherwise sizes, `zoom` in pixels a unit, `paths` of (class, path
        data), a caption and a description in words.
    """
    heat = heat_map(parameter, MAP_ROWS, MAP_COLUMNS)
    if heat is None:
        return None
    shades: dict[str, list[str]] = {}
    for i, row in enumerate(heat.rows):
        for j, cell in enumerate(row):
            tone = "zero" if cell.level == 0 else {"+": "plus", "-": "minus", "!": "odd"}[cell.sign]
            shades.setdefault(f"{tone} level{min(cell.level, SHADES)}", []).append(
                f"M{j * CELL} {i * CELL}h11v11h-11z"
            )
            shades.setdefault("sign", []).append(_sign(cell.sign, j * CELL, i * CELL))
    signs = shades.pop("sign")
    return {
        "width": len(heat.rows[0]) * CELL,
        "height": len(heat.rows) * CELL,
        "zoom": 2 if len(heat.rows[0]) <= MAP_COLUMNS // 4 and len(heat.rows) <= MAP_ROWS // 2 else 1,
        "paths": [*((name, "".join(data)) for name, data in sorted(shades.items())), ("sign", "".join(signs))],
        "caption": _caption(heat),
        "words": _words(heat),
    }


def _sign(sign: str, x: int, y: int) -> str:
    """Draw a sign in strokes, so that it needs no text element."""
    strokes = {"+": "M{0} {2}h5M{1} {3}v5", "-": "M{0} {2}h5", "!": "M{0} {3}l5 5m0-5l-5 5", " ": ""}
    return strokes[sign].format(x + 3, x + 5.5, y + 5.5, y + 3)


def _caption(heat: HeatMap) -> str:
    text = f"error up to {wording.number(heat.largest, 3)}"
    if heat.block != (1, 1):
        text += f", the worst of each block of {heat.block[0]} by {heat.block[1]} entries"
    return text


def _words(heat: HeatMap) -> str:
    """Describe a heat map for those who can't see it."""
    signs = Counter(cell.sign for row in heat.rows for cell in row)
    kinds = (("+", "too large"), ("-", "too small"), ("!", "no number"), (" ", "within tolerance"))
    return ", ".join(f"{signs[sign]} {kind}" for sign, kind in kinds if signs[sign])
