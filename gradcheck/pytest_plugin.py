"""
The pytest door: the fixture, the marker, the options and the collected files.

pytest loads this module in every run of everybody who has the package installed, so it imports nothing heavy:
numpy, rich and the checks come with the first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.config import Contract
    from gradcheck.reports.report import Report, SubmissionReport

METHOD = "auto"
FILES = "gradcheck_*.toml"
# The checks that have a quick way.
_QUICK = ("check_gradients", "check_vjp")
_REPORTS = pytest.StashKey[list["Report"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--gradcheck-*` and the ini options of the same names."""
    group = parser.getgroup("gradcheck", "gradients checked with the `gradcheck` fixture")
    group.addoption("--gradcheck-seed", type=int, default=None, help="seed of whatever a check draws")
    group.addoption("--gradcheck-method", default=None, help="how to differentiate numerically (default: auto)")
    group.addoption(
        "--gradcheck-quick", action="store_true", default=None, help="fewer evaluations, wider error bounds"
    )
    parser.addini("gradcheck_seed", "seed of whatever a check draws", default="0")
    parser.addini("gradcheck_method", "how to differentiate numerically", default=METHOD)
    parser.addini("gradcheck_quick", "fewer evaluations, wider error bounds", type="bool", default=False)
    parser.addini("gradcheck_files", "names of configurations to collect as tests", type="args", default=[FILES])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    text = "gradcheck(seed=0, method='auto', quick=False): how the `gradcheck` fixture checks in this test"
    config.addinivalue_line("markers", text)


class Gradcheck:
    """
    What the fixture `gradcheck` is: the checks of the package, failing the test where they find something.

    Every check returns its report when all is right.
    """

    def __init__(self, defaults: dict[str, Any], record: Callable[[Report], None]) -> None:
        self._defaults = defaults
        self._record = record

    def __repr__(self) -> str:
        return "<fixture gradcheck>"

    def __call__(self, loss: Any, gradients: Any, parameters: Any, **options: Any) -> Report:
        """Check hand-written gradients; as `gradcheck.check_gradients`."""
        __tracebackhide__ = True
        return self._check("check_gradients", loss, gradients, parameters, **options)

    def vjp(self, function: Any, vjp: Any, inputs: Any, **options: Any) -> Report:
        """Check a layer's backward function; as `gradcheck.check_vjp`."""
        __tracebackhide__ = True
        return self._check("check_vjp", function, vjp, inputs, **options)

    def jvp(self, function: Any, jvp: Any, inputs: Any, **options: Any) -> Report:
        """Check a forward-mode derivative; as `gradcheck.check_jvp`."""
        __tracebackhide__ = True
        return self._check("check_jvp", function, jvp, inputs, **options)

    def jacobian(self, function: Any, jacobian: Any, inputs: Any, **options: Any) -> Report:
        """Check whole Jacobians; as `gradcheck.check_jacobian`."""
        __tracebackhide__ = True
        return self._check("check_jacobian", function, jacobian, inputs, **options)

    def second_order(self, gradients: Any, product: Any, parameters: Any, **options: Any) -> Report:
        """Check Hessian-vector products; as `gradcheck.check_second_order`."""
        __tracebackhide__ = True
        return self._check("check_second_order", gradients, product, parameters, **options)

    def network(self, network: Any, backward: Any, **options: Any) -> Report:
        """Check a two-layer network's backward function against the whole catalogue; as `check_functions`."""
        __tracebackhide__ = True
        engine: Any = import_module("gradcheck.verification.in_process")
        return self._judged(
            engine.check_functions(network, backward, **{"seed": self._defaults["seed"], **options})
        )

    def _check(self, name: str, *arguments: Any, **options: Any) -> Report:
        __tracebackhide__ = True
        import gradcheck

        defaults = self._defaults if name in _QUICK else {k: v for k, v in self._defaults.items() if k != "quick"}
        try:
            report = getattr(gradcheck, name)(*arguments, **{**defaults, **options})
        except gradcheck.GradcheckError as error:
            raise error.with_traceback(None) from None  # its message says it all: no frames of the package
        return self._judged(report)

    def _judged(self, report: Report) -> Report:
        """Note the report, and fail if it does."""
        __tracebackhide__ = True
        self._record(report)
        if not report.passed:
            raise AssertionError(short(report))
        return report


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Gradcheck:
    """Check hand-written gradients: `gradcheck(loss, gradients, parameters)` fails the test with a report."""
    item = request.node
    return Gradcheck(settings(item), lambda report: item.stash.setdefault(_REPORTS, []).append(report))


def settings(item: pytest.Item) -> dict[str, Any]:
    """Options of the checks in a test: its marker's, the command line's, the ini file's, in this order."""
    config = item.config
    chosen: dict[str, Any] = {
        "seed": int(config.getini("gradcheck_seed")),
        "method": config.getini("gradcheck_method"),
        "quick": config.getini("gradcheck_quick"),
    }
    given = {name: config.getoption(f"gradcheck_{name}") for name in chosen}
    chosen |= {name: value for name, value in given.items() if value is not None}
    for marker in reversed(list(item.iter_markers("gradcheck"))):
        unknown = marker.kwargs.keys() - chosen.keys()
        if unknown or marker.args:
            raise pytest.UsageError(f"the marker gradcheck takes seed=, method= and quick=, not {marker.kwargs}")
        chosen |= marker.kwargs
    return chosen


def short(report: Report) -> str:
    """The report in a few lines, without colour: what is wrong, why, and what to ask oneself."""
    from gradcheck.reports.wording import comparison, headline, title

    def lines(submission: SubmissionReport) -> Iterable[str]:
        yield f"{submission.path}: {headline(submission)}"
        yield from (f"  {comparison(p)}" for p in submission.parameters if not p.verdict.passes)
        for finding in submission.findings:
            yield f"  {title(finding)}"
            yield from (f"    {text}" for text in (finding.message, finding.hint) if text)
        yield from (f"  {note}" for note in submission.notes)

    return "\n".join(
        line for submission in report.submissions if not submission.passed for line in lines(submission)
    )


def long(report: Report) -> str:
    """The report as on a terminal, without colour."""
    from gradcheck.reports.text import render

    return render(report, width=100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hang the long reports of what failed, and the number of checks, on the test's report."""
    result = yield
    checks = item.stash.get(_REPORTS, [])
    if call.when == "call" and checks:
        if result.failed:
            result.sections += [("gradcheck", long(report)) for report in checks if not report.passed]
        # an attribute of its own travels from the workers of xdist to their controller
        result.gradcheck = [sum(report.passed for report in checks), len(checks)]  # type: ignore[attr-defined]
    return result


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line with the number of checks, if there were any."""
    counts = [
        report.gradcheck
        for reports in terminalreporter.stats.values()
        for report in reports
        if hasattr(report, "gradcheck")
    ]
    if counts:
        right, total = (sum(numbers) for numbers in zip(*counts, strict=True))
        wrong = total - right
        text = f"gradcheck: {total} check{'s' if total != 1 else ''}, " + (
            f"{wrong} failed" if wrong else "all right"
        )
        terminalreporter.write_line(text, **({"red": True} if wrong else {"green": True}))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ConfigFile | None:
    """Collect configurations by their names; a file named on the command line, too."""
    if file_path.suffix != ".toml":
        return None
    patterns = parent.config.getini("gradcheck_files")
    if parent.session.isinitpath(file_path) or any(fnmatch(file_path.name, pattern) for pattern in patterns):
        return ConfigFile.from_parent(parent, path=file_path)
    return None


class ConfigFile(pytest.File):
    """A configuration: one item for each submission and parameter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.reports: dict[str, Report] = {}

    def collect(self) -> Iterable[pytest.Item]:
        """List the items; nothing is run yet."""
        from gradcheck.config import read
        from gradcheck.errors import GradcheckError
        from gradcheck.network.forward import printed

        try:
            assignment = read(str(self.path))
        except GradcheckError as error:
            raise self.CollectError(str(error)) from error
        for submission in submissions(self.path, assignment.contract):
            for parameter in map(printed, assignment.network.parameters):
                name = f"{submission}::{parameter}" if submission else parameter
                yield ParameterItem.from_parent(self, name=name, submission=submission, parameter=parameter)

    def report(self, submission: str) -> Report:
        """Check a submission, once for all its parameters; with none, the network itself."""
        verification: Any = import_module("gradcheck.verification")
        if submission not in self.reports:
            paths = [str(self.path.parent / submission)] if submission else []
            self.reports[submission] = verification.check(str(self.path), paths)
        return self.reports[submission]


def submissions(path: Path, contract: Contract | None) -> list[str]:
    """Files that a configuration names: one, or those that fit a pattern; `""` for the network itself."""
    if contract is None:
        return [""]
    found = sorted(str(file.relative_to(path.parent)) for file in path.parent.glob(contract.file))
    return found or [contract.file]


class ParameterItem(pytest.Item):
    """One parameter's gradient in one submission."""

    def __init__(self, *, submission: str, parameter: str, **options: Any) -> None:
        super().__init__(**options)
        self.submission, self.parameter = submission, parameter
        self.parent: Any

    def runtest(self) -> None:
        """Fail with the report if this parameter, or the whole submission, is not right."""
        report = self.parent.report(self.submission)
        submission = report.submissions[0]
        found = {parameter.name: parameter for parameter in submission.parameters}.get(self.parameter)
        if found is None or not found.verdict.passes or (not submission.passed and _all_right(submission)):
            self.stash.setdefault(_REPORTS, []).append(report)
            raise _WrongGradientError(short(report))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the report, or what prevents a check, without the plugin's own frames."""
        from gradcheck.errors import GradcheckError

        if isinstance(excinfo.value, _WrongGradientError | GradcheckError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], None, str]:
        """Name the configuration and the item."""
        return self.path, None, f"{self.path.name}::{self.name}"


def _all_right(submission: SubmissionReport) -> bool:
    """Whether every parameter passes, so that something else is wrong with the whole submission."""
    return all(parameter.verdict.passes for parameter in submission.parameters)


class _WrongGradientError(AssertionError):
    """A parameter of a collected configuration is not right."""
