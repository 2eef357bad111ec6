"""The command line. It reads arguments, calls the use cases and turns a report into an exit status."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from gradcheck.errors import GradcheckError

REFUSED = 2
FORMATS = (
    "text", "concise", "json", "junit", "github", "gitlab",
    "sarif", "gradescope", "csv", "html", "markdown", "svg",
)  # fmt: skip


PARAMETERS = {"w1": "W1", "b1": "b1", "w2": "W2", "b2": "b2"}
DAY = 24 * 60 * 60  # seconds; clocks and limits of the system overflow with much more
TEBIBYTE = 1 << 20  # in MiB


class _Group(click.Group):
    """Turns what prevents a check into one message and exit status 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except GradcheckError as error:
            click.echo(f"gradcheck: {error}", err=True)
            context.exit(REFUSED)


class _Seconds(click.FloatRange):
    """A number of seconds; nan, which no comparison finds out of a range, is none."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        seconds = super().convert(value, parameter, context)
        if math.isnan(seconds):
            self.fail(
                f"{value} is no number of seconds, expected more than 0 and up to {self.max}.", parameter, context
            )
        return seconds


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradcheck")
def main() -> None:
    """Check hand-written backpropagation: which gradient is wrong, why, on which line, and what makes it right."""


def _targets(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> list[tuple[str, str]]:
    """Split `FORMAT=FILE`."""
    targets = []
    for value in values:
        name, separator, path = value.partition("=")
        if not separator or name not in FORMATS or not path:
            raise click.BadParameter(f"{value!r} is not FORMAT=FILE with a format out of {', '.join(FORMATS)}")
        targets.append((name, path))
    return targets


def _points(context: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, float] | None:
    """Split `W1=3,b1=2`."""
    if value is None:
        return None
    points = {}
    for item in value.split(","):
        name, _, worth = item.partition("=")
        try:
            points[PARAMETERS[name.strip().lower()]] = number = float(worth)
            if not 0 <= number < math.inf:
                raise ValueError
        except (KeyError, ValueError):
            raise click.BadParameter(f"{item!r} is not one of W1=2,b1=1,W2=2,b2=1") from None
    return points


def _check_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Attach the options of `check`, which are many."""
    decorators = [
        click.option("--output-format", type=click.Choice(FORMATS), default="text", help="On standard output."),
        click.option("--output", "outputs", multiple=True, callback=_targets, metavar="FORMAT=FILE",
                     help="Also write a report to a file; repeatable."),
        click.option("--feedback", type=click.Choice(["verdict", "hint", "cause", "fix"]), default="fix",
                     help="How much of the diagnosis is told."),
        click.option("--sandbox", type=click.Choice(["auto", "strict", "none"]), default="auto",
                     help="Walls around submissions: those there are, all or none."),
        click.option("--timeout", type=_Seconds(min=0, min_open=True, max=DAY), default=10.0, metavar="SECONDS",
                     help="Wall clock for one run of a submission."),
        click.option("--memory", type=click.IntRange(min=16, max=TEBIBYTE), default=1024, metavar="MIB",
                     help="Memory for one run of a submission."),
        click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Submissions at a time; all cores."),
        click.option("--seed", type=click.IntRange(min=0), metavar="N", help="In place of the configuration's."),
        click.option("--state", metavar="FILE", help="Keep finished submissions there, and go on from there."),
        click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster (extra `dask`)."),
        click.option("--points", callback=_points, metavar="W1=N,...", help="Points a parameter, for gradescope."),
        click.option("--fix", is_flag=True, help="Write verified edits into the submissions."),
        click.option("--diff", is_flag=True, help="With --fix: print the edits, write nothing."),
        click.option("--show-config", is_flag=True, help="Print the configuration as understood, and stop."),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 even if a gradient is wrong."),
        click.option("--no-progress", is_flag=True, help="No progress bar."),
        click.option("--color/--no-color", default=None, help="Colour, whatever the terminal says."),
        click.option("-q", "--quiet", is_flag=True, help="Nothing on standard output."),
    ]  # fmt: skip
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


@main.command()
@click.argument("config")
@click.argument("submissions", nargs=-1, metavar="[SUBMISSION]...")
@_check_options
def check(config: str, submissions: Sequence[str], **options: Any) -> None:
    """
    Check CONFIG's network, or each SUBMISSION against it.

    A SUBMISSION is a .py or .ipynb file, a glob, or a folder that holds one submission per file or sub-folder.
    CONFIG may be a program itself: then a contract is proposed for it, and said.

    Exit status: 0 everything is right; 1 a gradient is wrong or a submission could not be graded; 2 the check
    could not be done.
    """
    from gradcheck import commands

    if options["diff"] and not options["fix"]:
        raise click.UsageError("--diff without --fix has nothing to print, expected both: --fix --diff")
    sys.exit(commands.check(config, submissions, options))


@main.command()
@click.argument("fault", required=False)
def explain(fault: str | None) -> None:
    """List the catalogue of mistakes, or explain one at length."""
    from gradcheck import commands

    sys.exit(commands.explain(fault))


@main.command()
@click.argument("submission")
@click.option("-o", "--output", metavar="FILE", help="Write the configuration there.")
def init(submission: str, output: str | None) -> None:
    """Propose a configuration for SUBMISSION by reading and trying it."""
    from gradcheck import commands

    sys.exit(commands.init(submission, output))


@main.command()
@click.argument("config")
@click.option(
    "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Also write csv or svg; repeatable."
)
@click.option("--output-format", type=click.Choice(["text", "csv", "svg"]), default="text")
def sweep(config: str, outputs: Sequence[str], output_format: str) -> None:
    """Plot the error of finite differences against their step, for each parameter of CONFIG's network."""
    from gradcheck import commands

    sys.exit(commands.sweep(config, outputs, output_format))
