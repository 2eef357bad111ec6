"""
What each command does, apart from reading its arguments: use cases, files and streams to an exit status.

What only one of them needs (the gate, the catalogue, plots) is imported there: the others start without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from gradcheck import config as configuration
from gradcheck import verification
from gradcheck.config import Assignment, Contract
from gradcheck.config.code import asked
from gradcheck.errors import ConfigError, GradcheckError
from gradcheck.reports import feedback, formats, writing
from gradcheck.reports.cleaning import clean, inert
from gradcheck.reports.report import Report

if TYPE_CHECKING:
    from gradcheck.gathering import Submission
    from gradcheck.proposing import Proposal

INTERRUPTED = 130
_WITH_NOTES = ("text", "json", "html", "markdown", "svg")  # formats that say what holds for the whole check


def check(path: str, submissions: Sequence[str], options: Mapping[str, Any]) -> int:
    """
    Check a configuration's network, or submissions against it.

    Parameters
    ----------
    path : str
        Of the configuration; of a program, to be checked without one.
    submissions : sequence of str
        Files, folders and patterns.
    options : mapping
        Those of the command line, by name.

    Returns
    -------
    int
        Exit status.
    """
    writing.refuse_twice([file for _, file in options["outputs"]])
    for name in (options["output_format"], *(name for name, _ in options["outputs"])):
        if name != "text":  # what another format lacks is better said before a class is graded than after
            formats.render(name, Report(config=path, seed=0, submissions=()), **_settings(name, options))
    try:
        assignment, proposal = _read(path)
        if options["seed"] is not None:
            assignment = replace(assignment, probes=replace(assignment.probes, seed=options["seed"]))
        if options["show_config"]:
            click.echo(configuration.shown(assignment), nl=False)
            return 0
        report, interrupted = _checked(assignment, submissions, options)
    except GradcheckError as error:
        _refuse(error, options)
        raise
    if proposal is not None:
        report = proposal.qualified(report)
    _deliver(feedback.redact(report, options["feedback"]), options)
    if options["fix"]:
        _apply_fixes(report, write=not options["diff"])
    if interrupted:
        return INTERRUPTED
    return 0 if options["exit_zero"] else report.exit_status


def _refuse(error: GradcheckError, options: Mapping[str, Any]) -> None:
    """Tell Gradescope, which takes a grader that writes nothing for broken, why nothing was graded."""
    targets = [path for name, path in options["outputs"] if name == "gradescope"]
    if targets:
        from gradcheck.reports import gradescope

        for path in targets:
            writing.write(path, gradescope.refusal(str(error)))


def _checked(
    assignment: Assignment, submissions: Sequence[str], options: Mapping[str, Any]
) -> tuple[Report, bool]:
    """Check whatever there is to check; and whether it was interrupted."""
    contract = assignment.contract
    if contract is not None:
        return _check_submissions(assignment, contract, submissions, options)
    if submissions:
        hint = "add one that says how a submission is called, or let `gradcheck init` propose it"
        raise ConfigError(
            f"configuration `{assignment.path}`", "no [submission]", "one, to check submissions", hint
        )
    return verification.check_network(assignment), False


def _read(path: str) -> tuple[Assignment, Proposal | None]:
    """Read a configuration, or propose one for a program and say so."""
    if Path(path).suffix not in (".py", ".ipynb"):
        return configuration.read(path), None
    from gradcheck import proposing

    proposal = proposing.propose(path)
    click.echo(f"gradcheck: assumed this contract for `{path}`:\n\n{proposal.toml}", err=True)
    return proposal.assignment, proposal


def _check_submissions(
    assignment: Assignment, contract: Contract, submissions: Sequence[str], options: Mapping[str, Any]
) -> tuple[Report, bool]:
    """Run the gate over submissions."""
    from gradcheck import gate
    from gradcheck.progress import Progress
    from gradcheck.state import State, files

    named = list(submissions) or [str(Path(assignment.path).parent / contract.file)]
    if Path(assignment.path).suffix in (".py", ".ipynb"):
        named = [assignment.path, *submissions]
    if not submissions and not os.path.lexists(named[0]):
        hint = "name the submissions on the command line, or the file in the configuration"
        raise ConfigError(f"`submission.file`: `{named[0]}`", "nothing behind it", "a submission", hint)
    entries = gate.find_submissions(named, contract.file, asked(contract))
    own = [assignment.path, *(files(options["state"]) if options["state"] else ())]
    own += [path for _, path in options["outputs"]]
    hidden = tuple(os.path.abspath(path) for path in (*own, *(entry.path for entry in entries)))
    work = gate.Work(
        assignment=assignment,
        mode=options["sandbox"],
        timeout=options["timeout"],
        memory=options["memory"] << 20,
        hidden=hidden,
        options={"feedback": "fix" if options["fix"] else options["feedback"]},
    )
    walls = work.walls()
    notes = (*_taken_together(entries), walls)
    if options["quiet"] or options["output_format"] not in _WITH_NOTES:
        click.echo(f"gradcheck: {walls}", err=True)
    state = State(options["state"], gate.identity(work), hidden) if options["state"] else None
    try:
        with Progress(len(entries), shown=not options["no_progress"] and not options["quiet"]) as progress:
            checked = gate.check(
                entries,
                work,
                jobs=options["jobs"],
                on_result=progress.add,
                state=state,
                scheduler=options["scheduler"] or "",
            )
    finally:
        if state:
            state.close()
    if checked.interrupted:
        notes += (
            f"interrupted: {len(entries) - len(checked.reports)} of {len(entries)} submissions are not graded",
        )
    config = assignment.path
    report = Report(config=config, seed=assignment.probes.seed, submissions=checked.reports, notes=notes)
    return report, checked.interrupted


def _taken_together(entries: Sequence[Submission]) -> Iterator[str]:
    """Say which files were found to be parts of a submission, and not submissions of their own."""
    for entry in entries:
        if entry.parts:
            parts = ", ".join(
                os.path.relpath(part, os.path.dirname(entry.path) or ".") for part in entry.parts[:6]
            )
            more = f" and {len(entry.parts) - 6} more" if len(entry.parts) > 6 else ""
            yield f"{entry.path}: taken with {parts}{more}"


def _deliver(report: Report, options: Mapping[str, Any]) -> None:
    """Write files, each whole or not at all, then standard output; one that fails takes no other along."""
    failures: list[GradcheckError] = []
    for name, path in options["outputs"]:
        try:
            writing.write(path, formats.render(name, report, **_settings(name, options)))
        except GradcheckError as error:
            failures.append(error)
    if not options["quiet"]:
        _print(report, options)
    for failure in failures:
        raise failure


def _print(report: Report, options: Mapping[str, Any]) -> None:
    """Draw the report on standard output."""
    name = options["output_format"]
    settings = _settings(name, options)
    if name == "text":
        console = Console(file=sys.stdout, no_color=options["color"] is False or None)
        color = console.is_terminal and not console.no_color if options["color"] is None else options["color"]
        settings = {"width": console.width, "color": color, "ascii": not _speaks_unicode()}
    text = formats.render(name, report, **settings)
    click.echo(text, nl=not text.endswith("\n"), color=True if settings.get("color") else None)


def _settings(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options that one format takes."""
    return {"points": options["points"]} if name == "gradescope" and options["points"] else {}


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def _apply_fixes(report: Report, write: bool) -> None:
    """Write verified edits into the submissions, or print them."""
    from gradcheck.diagnosis.repair.proving import diff
    from gradcheck.submissions.reading import read_source

    for submission in report.submissions:
        fixes = [finding.fix for finding in submission.findings if finding.fix and finding.fix.replaced]
        if not fixes:
            continue
        source = read_source(submission.path)
        content = source.write_back(fixes[-1].replaced)
        if write:
            writing.write(source.path, content, source.encoding)
            click.echo(f"{submission.path}: {len(fixes)} edit(s) written", err=True)
            continue
        # of a notebook its code, which is what a person reads; of a script the file, as `patch` takes it
        notebook = source.path.endswith(".ipynb")
        own = "".join(fix.diff for fix in fixes) if notebook else diff(source.raw, content, source.path)
        shown = clean(own)
        piped = not sys.stdout.isatty() and shown == own.replace("\r", "").replace("\f", "")
        click.echo(inert(own if piped else shown), nl=False)


def explain(name: str | None) -> int:
    """List the catalogue, or print one page of it."""
    from gradcheck.faults import BY_NAME
    from gradcheck.reports import catalogue

    console = Console()
    if name is None:
        console.print(catalogue.listing(console.width))
        return 0
    if name not in BY_NAME:
        import difflib

        near = difflib.get_close_matches(name, BY_NAME, n=1, cutoff=0.4)
        hint = f"did you mean `{near[0]}`?" if near else "`gradcheck explain` lists them all"
        raise ConfigError(f"the catalogue has no `{name}`", hint=hint)
    console.print(catalogue.page(BY_NAME[name]))
    return 0


def init(path: str, output: str | None) -> int:
    """Propose a configuration for a program, and check the program with it."""
    from gradcheck import proposing

    proposal = proposing.propose(path)
    if output:
        writing.write(output, proposal.toml)
    click.echo(proposal.toml, nl=False)
    click.echo(f"\n{proposal.summary}", err=True)  # standard output is the configuration, as it is in a pipe
    return 0 if proposal.understood else 1


def sweep(path: str, outputs: Sequence[str], output_format: str) -> int:
    """Plot the error of finite differences against their step."""
    from gradcheck import differences, probes
    from gradcheck.reports import sweep as sweeps

    writing.refuse_twice([target.partition("=")[2] for target in outputs])
    assignment = configuration.read(path)
    found = differences.sweep(assignment.network, probes.configured(assignment).values)
    drawn = {
        "text": lambda: sweeps.render_text(found, Console().width),
        "csv": lambda: sweeps.render_csv(found),
        "svg": lambda: sweeps.render_svg(found),
    }
    for target in outputs:
        name, _, file = target.partition("=")
        if name not in drawn or not file:
            raise ConfigError("`--output`", repr(target), "FORMAT=FILE with a format out of text, csv, svg")
        writing.write(file, drawn[name]())
    click.echo(drawn[output_format](), nl=False)
    return 0
