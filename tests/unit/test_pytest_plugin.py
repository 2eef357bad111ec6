"""The pytest door, tried in runs of pytest of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradcheck.config
import gradcheck.functions
import gradcheck.reports.text
import gradcheck.verification.in_process

# The runs inside this process forget what they import; numpy can't be imported twice, so it is here first.
_LOADED = (np, gradcheck.config, gradcheck.functions, gradcheck.reports.text, gradcheck.verification)

pytest_plugins = ["pytester"]

GOOD = """
import numpy as np

def test_right(gradcheck):
    report = gradcheck(lambda p: (p**2).sum(), lambda p: 2 * p, np.arange(1.0, 4.0))
    assert report.passed
"""
BAD = """
import numpy as np

def loss(p):
    return (p["w"]**3).sum()

def gradients(p):
    return {"w": 6 * p["w"]**2}

def test_wrong(gradcheck):
    gradcheck(loss, gradients, {"w": np.arange(1.0, 4.0)})
"""
CONFIG = """
[network]
features = 2
hidden = 3
outputs = 2
"""
# Stands in for the engine: what is tested here is what the plugin makes of its answers.
ENGINE = """
import sys, types
import pytest
from gradcheck.errors import ConfigError
from gradcheck.findings import Outcome, ParameterReport, Verdict
from gradcheck.reports.report import Report, SubmissionReport

def one(name, verdict):
    return ParameterReport(
        name=name, verdict=Verdict(verdict), shape=(1,), expected_shape=(1,), entries=1, wrong_entries=0)

def check(config, submissions=(), **options):
    path = str((list(submissions) or [config])[0])
    with open("calls.txt", "a") as calls:
        calls.write(path + "\\n")
    if "broken" in path:
        raise ConfigError("`file`", "nothing", "something")
    wrong = "wrong" in path
    verdicts = ["correct", "wrong" if wrong else "correct", "correct", "correct"]
    rows = tuple(one(n, v) for n, v in zip(["W1", "b1", "W2", "b2"], verdicts)) if "crash" not in path else ()
    outcome = Outcome.CRASHED if "crash" in path else Outcome.FAILED if wrong else Outcome.PASSED
    notes = ("ZeroDivisionError in line 3",) if "crash" in path else ()
    return Report(config=str(config), seed=0, submissions=(
        SubmissionReport(path=path, outcome=outcome, parameters=rows, notes=notes),))

engine = types.ModuleType("gradcheck.verification")
engine.check = check

@pytest.fixture(autouse=True)
def _engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradcheck.verification", engine)
sys.modules["gradcheck.verification"] = engine
"""


@pytest.fixture(autouse=True)
def _quiet(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in a process of their own, without this run's options and colours."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in ("FORCE_COLOR", "PY_COLORS"):
        monkeypatch.delenv(name, raising=False)


def test_right_gradients_pass(pytester: pytest.Pytester) -> None:
    """The fixture returns the report, and the run ends with one line of its own."""
    pytester.makepyfile(GOOD)
    result = pytester.runpytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["gradcheck: 1 check, all right"])


def test_wrong_gradients_fail_with_the_report(pytester: pytest.Pytester) -> None:
    """The assertion says what is wrong and why; the long report is a section; the last frame is the test's."""
    pytester.makepyfile(BAD)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: loss: 1 of 1 gradient wrong: w",
            "E*the gradient of w is wrong: 54 instead of 27 at *2*",
            "E*w: gradient-off-by-factor",
            "E*the gradient of `w` is the right one times 2",
            "test_wrong_gradients_fail_with_the_report.py:10: AssertionError",
            "*- gradcheck -*",
            "*submitted*numerical*",
            "gradcheck: 1 check, 1 failed",
        ]
    )
    assert "pytest_plugin.py" not in result.stdout.str()


def test_what_prevents_a_check_is_one_message(pytester: pytest.Pytester) -> None:
    """A check that can't be done is an error with its message, without the package's frames."""
    pytester.makepyfile("def test_it(gradcheck):\n    gradcheck(lambda p: None, lambda p: p, 1.5)\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*GradcheckError: the loss has returned None, expected one number*"])
    assert "def number" not in result.stdout.str()


@pytest.mark.parametrize("color", ["no", "yes"])
def test_the_assertion_has_no_colours(pytester: pytest.Pytester, color: str) -> None:
    """No escape sequence is in the text of the assertion or of the section, on colour terminals too."""
    pytester.makepyfile(BAD)
    pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.failed:
                text = report.longrepr.reprcrash.message + "".join(text for _, text in report.sections)
                print("ESCAPES", text.count(chr(27)), "LENGTH", len(text) > 100)
        """
    )
    result = pytester.runpytest_subprocess(f"--color={color}", "-s")
    result.stdout.fnmatch_lines(["*ESCAPES 0 LENGTH True*"])


def test_under_xdist(pytester: pytest.Pytester) -> None:
    """Workers send their reports: sections and the summary's numbers arrive."""
    pytester.makepyfile(test_good=GOOD, test_bad=BAD)
    result = pytester.runpytest_subprocess("-n2")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*- gradcheck -*", "gradcheck: 2 checks, 1 failed"])


def test_without_the_plugin(pytester: pytest.Pytester) -> None:
    """`-p no:gradcheck` removes the fixture and leaves everything else alone."""
    pytester.makepyfile(GOOD, test_other="def test_other(): pass")
    result = pytester.runpytest_subprocess("-p", "no:gradcheck")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'gradcheck' not found*"])


def test_beside_another_owner_of_the_name(pytester: pytest.Pytester) -> None:
    """A fixture of the same name in a conftest or in another plugin works as its owner meant it."""
    pytester.makepyfile("def test_theirs(gradcheck): assert gradcheck == 'theirs'")
    owner = "import pytest\n\n@pytest.fixture\ndef gradcheck(): return 'theirs'"
    pytester.makepyfile(other_plugin=owner)
    pytester.syspathinsert()
    result = pytester.runpytest_subprocess("-p", "no:gradcheck", "-p", "other_plugin")
    result.assert_outcomes(passed=1)
    pytester.makeconftest(owner)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_two_plugins_that_own_the_name_load_together(pytester: pytest.Pytester) -> None:
    """With another plugin's fixture of the name loaded too, the run starts, and one of the two serves."""
    pytester.makepyfile(
        other_plugin="import pytest\n\n@pytest.fixture\ndef gradcheck(): return 'theirs'",
        test_it="def test_one(gradcheck): assert gradcheck == 'theirs' or callable(gradcheck)",
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "other_plugin").assert_outcomes(passed=1)


def test_settings_by_call_marker_option_and_ini(pytester: pytest.Pytester) -> None:
    """The nearest wins: the call, then the marker, then the command line, then the ini file."""
    pytester.makeini("[pytest]\ngradcheck_seed = 3\ngradcheck_method = central\ngradcheck_quick = true\n")
    pytester.makepyfile(
        """
        import numpy as np
        import pytest
        from gradcheck.pytest_plugin import settings

        def test_ini(request, gradcheck):
            print("INI", settings(request.node))

        @pytest.mark.gradcheck(seed=5, method="central-6")
        def test_marker(request, gradcheck):
            print("MARKER", settings(request.node))
            report = gradcheck(lambda p: (p**2).sum(), lambda p: 2 * p, np.ones(2), seed=9)
            print("CALL", report.seed)
        """
    )
    plain = pytester.runpytest("-s", "--strict-markers")
    plain.stdout.fnmatch_lines(
        [
            "*INI {'seed': 3, 'method': 'central', 'quick': True}*",
            "*MARKER {'seed': 5, 'method': 'central-6', 'quick': True}*",
            "*CALL 9*",
        ]
    )
    given = pytester.runpytest("-s", "--gradcheck-seed=4", "--gradcheck-method=richardson")
    given.stdout.fnmatch_lines(["*INI {'seed': 4, 'method': 'richardson', 'quick': True}*", "*MARKER {'seed': 5*"])


def test_a_marker_with_unknown_words_is_refused(pytester: pytest.Pytester) -> None:
    """A misspelt setting is an error, not a check with other settings."""
    pytester.makepyfile("import pytest\n\n@pytest.mark.gradcheck(sead=1)\ndef test_it(gradcheck): pass")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker gradcheck takes seed=, method= and quick=*"])


def test_the_other_checks(pytester: pytest.Pytester) -> None:
    """`vjp`, `jvp`, `jacobian` and `second_order` are methods of the fixture, and fail as it does."""
    pytester.makepyfile(
        """
        import numpy as np
        import pytest
        X = np.arange(1.0, 4.0)

        def test_right(gradcheck):
            gradcheck.vjp(np.sin, lambda c, x: c * np.cos(x), X)
            gradcheck.jvp(np.sin, lambda t, x: t * np.cos(x), X)
            gradcheck.jacobian(np.sin, lambda x: np.diag(np.cos(x)), X)
            gradcheck.second_order(np.sin, lambda x, v: v * np.cos(x), X)

        def test_wrong(gradcheck):
            for name, wrong in {
                "vjp": lambda c, x: -c * np.cos(x), "jvp": lambda t, x: -t * np.cos(x),
                "jacobian": lambda x: -np.diag(np.cos(x)), "second_order": lambda x, v: -v * np.cos(x),
            }.items():
                with pytest.raises(AssertionError, match="gradient-sign-flipped"):
                    getattr(gradcheck, name)(np.sin, wrong, X)
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["gradcheck: 8 checks, 4 failed"])


def test_networks_are_checked_with_the_whole_catalogue(pytester: pytest.Pytester) -> None:
    """`gradcheck.network` names a mistake of a two-layer network as the command does."""
    pytester.makepyfile(
        """
        import numpy as np

        def sigmoid(z):
            return 1 / (1 + np.exp(-z))

        def backward(X, Y, W1, b1, W2, b2, axis=0):
            a1 = sigmoid(X @ W1 + b1)
            a2 = sigmoid(a1 @ W2 + b2)
            d2 = (a2 - Y) * a2 * (1 - a2)
            d1 = d2 @ W2.T * a1 * (1 - a1)
            return X.T @ d1, d1.sum(axis=0, keepdims=True), a1.T @ d2, d2.sum(axis=axis, keepdims=True)

        NETWORK = {"features": 4, "hidden": 5, "outputs": 3}

        def test_right(gradcheck): gradcheck.network(NETWORK, backward)
        def test_wrong(gradcheck): gradcheck.network(NETWORK, lambda *arrays: backward(*arrays, axis=1))
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*b2: bias-summed-over-wrong-axis"])


def test_configurations_are_collected(pytester: pytest.Pytester) -> None:
    """Each submission and parameter is a test; a submission is checked once; only the wrong one fails."""
    pytester.makeconftest(ENGINE)
    pytester.makefile(".toml", gradcheck_net=CONFIG, unrelated=CONFIG)
    contract = '[submission]\nfile = "hand_*.py"\nrun = "g = backward(X, Y, W1, b1, W2, b2)"\n'
    gradients = "[submission.gradients]\n" + "".join(f"{p} = \"g['{p}']\"\n" for p in ("W1", "b1", "W2", "b2"))
    pytester.makefile(".toml", gradcheck_hand=CONFIG + contract + gradients)
    for name in ("hand_right", "hand_wrong"):
        (pytester.path / f"{name}.py").write_text("")
    listed = pytester.runpytest("--collect-only", "-q")
    listed.stdout.fnmatch_lines(["gradcheck_hand.toml::hand_right.py::W1", "gradcheck_net.toml::b2"])
    assert not Path(pytester.path / "calls.txt").exists()
    result = pytester.runpytest()
    result.assert_outcomes(passed=11, failed=1)
    result.stdout.fnmatch_lines(["*gradcheck_hand.toml::hand_wrong.py::b1*", "*the gradient of b1 is wrong*"])
    assert Path(pytester.path / "calls.txt").read_text().count("hand_wrong.py") == 1


def test_a_submission_without_gradients_fails_every_item(pytester: pytest.Pytester) -> None:
    """A crash fails all of its items with its message; what the engine refuses is one message, no traceback."""
    pytester.makeconftest(ENGINE)
    contract = '[submission]\nfile = "{}.py"\nrun = "g = 1"\n[submission.gradients]\n'
    contract += "".join(f'{p} = "g"\n' for p in ("W1", "b1", "W2", "b2"))
    pytester.makefile(".toml", gradcheck_a=CONFIG + contract.format("crash"))
    pytester.makefile(".toml", gradcheck_b=CONFIG + contract.format("broken"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=8)
    result.stdout.fnmatch_lines(["*ZeroDivisionError in line 3*", "`file` has nothing, expected something"])
    assert "Traceback" not in result.stdout.str()
    assert "def check" not in result.stdout.str()


def test_which_files_are_collected_is_up_to_the_ini_file(pytester: pytest.Pytester) -> None:
    """`gradcheck_files` names the patterns; none at all turns collecting off; a named file is always taken."""
    pytester.makeconftest(ENGINE)
    pytester.makefile(".toml", gradcheck_net=CONFIG, mine=CONFIG)
    pytester.makeini("[pytest]\ngradcheck_files = mine*.toml\n")
    pytester.runpytest().assert_outcomes(passed=4)
    pytester.makeini("[pytest]\ngradcheck_files =\n")
    pytester.runpytest().assert_outcomes()
    pytester.runpytest("gradcheck_net.toml").assert_outcomes(passed=4)


def test_a_configuration_that_can_not_be_read_is_a_collection_error(pytester: pytest.Pytester) -> None:
    """One clear message, and exit status 2 as for any collection error."""
    pytester.makefile(".toml", gradcheck_net="[network]\nfeatures = 'many'\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    assert "Traceback" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*features*"])
