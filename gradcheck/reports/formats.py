"""The formats by name. A format's module is imported when it is asked for, so that `text` needs no Jinja2."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from gradcheck.errors import ConfigError
from gradcheck.reports.report import Report


class Render(Protocol):
    """What every format's module offers as `render`."""

    def __call__(self, report: Report, **options: Any) -> str: ...


FORMATS: Mapping[str, str] = {
    # format: module in this package that draws it
    "text": "text",
    "concise": "concise",
    "json": "json_report",
    "junit": "junit",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "gradescope": "gradescope",
    "csv": "csv_table",
    "markdown": "markdown",
    "html": "html",
    "svg": "svg",
}


def load(name: str) -> Render:
    """
    Import one format.

    Raises
    ------
    ConfigError
        If there is no such format, or what it needs isn't installed.
    """
    if name not in FORMATS:
        raise ConfigError("output format", repr(name), f"one of {', '.join(FORMATS)}")
    return cast(Render, import_module(f"gradcheck.reports.{FORMATS[name]}").render)


def render(name: str, report: Report, **options: Any) -> str:
    """
    Draw `report` in the format `name`; `options` are those of the format's own `render`.

    Raises
    ------
    ConfigError
        As `load`.
    """
    return load(name)(report, **options)
