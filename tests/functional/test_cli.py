"""The command: exit status, formats, files, levels of feedback, and what is said where a check can't be done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gradcheck.cli import FORMATS, main
from gradcheck.config import read
from gradcheck.faults import CATALOGUE

CASES = Path(__file__).resolve().parents[2] / "cases"
NETWORK = str(CASES / "networks" / "sigmoid.toml")
THREAD = CASES / "thread"
CONFIG = str(THREAD / "assignment.toml")
RIGHT, WRONG = str(THREAD / "the-answers-rule.py"), str(THREAD / "summed-to-one-number.py")
ALONE = ("--sandbox", "none", "--jobs", "1", "--no-progress")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def _check(*arguments: str) -> Result:
    return _run("check", CONFIG, *arguments, *ALONE)


def _refused(result: Result) -> str:
    """What was said of a check that can't be done: one message, no traceback."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return result.stderr


def test_a_network_is_checked_by_itself() -> None:
    """Every parameter of the described network is right, and in the table."""
    result = _run("check", NETWORK)
    assert result.exit_code == 0
    assert [name for name in ("W1", "b1", "W2", "b2") if name not in result.stdout] == []


def test_a_network_is_checked_on_real_data() -> None:
    """The iris measurements and parameters from a file are used: 150 examples."""
    result = _run("check", str(CASES / "networks" / "iris.toml"), "--output-format", "json")
    assert result.exit_code == 0
    submission = json.loads(result.stdout)["submissions"][0]
    assert any("n=150" in note for note in submission["notes"])
    assert submission["findings"] == []


@pytest.mark.parametrize(("program", "status"), [(RIGHT, 0), (WRONG, 1)])
def test_the_exit_status_is_the_verdict(program: str, status: int) -> None:
    """0 where everything is right, 1 where a gradient is wrong."""
    assert _check(program).exit_code == status


def test_a_finding_is_told_with_its_line_and_edit() -> None:
    """The text report names the fault, points to the line and shows the edit."""
    output = _check(WRONG).stdout
    for said in ("bias-summed-to-scalar", "b2", "18", "np.sum(dz2", "axis=0"):
        assert said in output


@pytest.mark.parametrize("option", ["--exit-zero", "-q"])
def test_exit_zero_and_quiet_change_what_they_say_and_no_more(option: str) -> None:
    """`--exit-zero` keeps the report; `-q` keeps the status."""
    result = _check(WRONG, option)
    assert result.exit_code == (0 if option == "--exit-zero" else 1)
    assert bool(result.stdout) == (option == "--exit-zero")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_to_standard_output_and_to_a_file(tmp_path: Path, name: str) -> None:
    """A format on standard output is the same as in a file, and tells of the wrong parameter."""
    if name == "html":
        pytest.importorskip("jinja2")
    path = tmp_path / "report"
    result = _check(WRONG, "--output", f"{name}={path}", "--output-format", name, "--feedback", "cause")
    assert result.exit_code == 1
    assert result.stdout.strip()
    assert "b2" in path.read_text(encoding="utf-8")


def test_several_files_are_written_at_once(tmp_path: Path) -> None:
    """`--output` is repeatable, and -q leaves the files alone."""
    targets = [f"--output={name}={tmp_path / name}" for name in ("json", "junit", "csv")]
    _check(WRONG, "-q", *targets)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "json", "junit"]


def test_points_are_given_by_parameter(tmp_path: Path) -> None:
    """`--points` says what each gradient is worth, in whichever case it is written."""
    target = tmp_path / "results.json"
    _check(WRONG, "-q", f"--output=gradescope={target}", "--points", "w1=3, b1=2,W2=4,b2=1")
    tests = json.loads(target.read_text())["tests"]
    assert [(test["max_score"], test["score"]) for test in tests] == [(3, 3), (2, 2), (4, 4), (1, 0)]


def test_gradescope_gets_a_result_whatever_happens(tmp_path: Path) -> None:
    """Where nothing can be checked the file says why, without points, and the status is 2 all the same."""
    target = tmp_path / "results.json"
    assert _check(str(tmp_path / "missing.py"), f"--output=gradescope={target}").exit_code == 2
    result = json.loads(target.read_text())
    assert result["score"] == 0
    assert "missing.py" in result["output"]


def test_a_format_that_can_not_be_drawn_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is graded for a report that can't be made."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert "gradcheck[html]" in _refused(_check(RIGHT, f"--output=html={tmp_path / 'r.html'}"))


def test_a_file_that_can_not_be_written_takes_no_other_along(tmp_path: Path) -> None:
    """What was computed is in the other files and on standard output; the status says that one is missing."""
    (tmp_path / "file").touch()
    paths = {
        "json": tmp_path / "file" / "below.json",
        "csv": tmp_path / "r.csv",
        "gradescope": tmp_path / "r.json",
    }
    result = _check(RIGHT, *(f"--output={name}={path}" for name, path in paths.items()))
    assert result.exit_code == 2
    assert "below.json" in result.stderr
    assert "passed" in result.stdout
    assert "passed" in paths["csv"].read_text()
    assert json.loads(paths["gradescope"].read_text())["score"] == 4


@pytest.mark.parametrize("arguments", [(), ("--output-format=concise",), ("-q",), ("--output-format=json",)])
def test_the_walls_are_said_once(arguments: tuple[str, ...]) -> None:
    """In the report if it has a place for it, on standard error otherwise."""
    result = _check(RIGHT, *arguments)
    assert result.output.count("sandbox: none; submissions can read, write and send whatever you can") == 1


def test_a_log_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Annotations on `/dev/stdout` stand before the report wherever standard output goes."""
    command = [sys.executable, "-m", "gradcheck", "check", CONFIG, WRONG, *ALONE, "--output=github=/dev/stdout"]
    with (tmp_path / "log").open("w") as log:
        log.write("before\n")
        log.flush()
        subprocess.run([*command, "--feedback=verdict"], stdout=log, check=False)
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[0] == "before"
    assert lines[1].startswith("::error ")
    assert any("✗ failed" in line for line in lines[2:])


def _finding(level: str) -> dict[str, Any] | None:
    report = json.loads(_check(WRONG, "--feedback", level, "--output-format", "json").stdout)
    findings: list[dict[str, Any]] = report["submissions"][0]["findings"]
    return findings[0] if findings else None


def test_feedback_tells_as_much_as_it_is_told_to() -> None:
    """A verdict has no finding, a hint a place and a question, a cause the name, a fix the edit."""
    assert _finding("verdict") is None
    hint, cause, fix = (_finding(level) for level in ("hint", "cause", "fix"))
    assert hint
    assert cause
    assert fix
    assert (hint["fault"], hint["fix"]) == (None, None)
    assert hint["location"]
    assert "?" in hint["message"]
    assert (cause["fault"], cause["fix"]) == ("bias-summed-to-scalar", None)
    assert fix["fix"]["verified"]
    assert "axis=0" in fix["fix"]["line"]


def test_a_folder_holds_one_submission_a_file(tmp_path: Path) -> None:
    """Files of a folder and a sub-folder are graded each for itself, and the worst of them is the status."""
    (tmp_path / "one.py").write_text(Path(RIGHT).read_text())
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "backprop.py").write_text(Path(WRONG).read_text())
    (tmp_path / "broken.py").write_text("def backward(:\n")
    result = _check(str(tmp_path), "--output-format", "json", "--feedback", "verdict")
    outcomes = {Path(s["path"]).name: s["outcome"] for s in json.loads(result.stdout)["submissions"]}
    assert result.exit_code == 1
    assert outcomes == {"one.py": "passed", "backprop.py": "failed", "broken.py": "ungradable"}


def test_a_submission_without_what_the_contract_names_is_ungradable(tmp_path: Path) -> None:
    """The message names what is missing and the contract's line; the status is 1."""
    program = tmp_path / "backprop.py"
    program.write_text("def backwards(x):\n    return x\n")
    result = _check(str(program))
    assert result.exit_code == 1
    assert "backward" in result.stdout
    assert "Traceback" not in result.output


def test_what_keeps_a_submission_from_being_loaded_is_told(tmp_path: Path) -> None:
    """What Python finds only when it compiles, and what the contract names in a file that hasn't got it."""
    program, config = tmp_path / "late.py", tmp_path / "script.toml"
    program.write_text("def backward(x):\n    nonlocal q\n    return x\n")
    assert "late.py:2: syntax error: no binding for nonlocal 'q'" in " ".join(_check(str(program)).stdout.split())
    program.write_text("def training(X):\n    for i in range(2):\n        W1 = X\n")
    gradients = "\n".join(f"{name} = \"local('train', '{name}')\"" for name in ("W1", "b1", "W2", "b2"))
    config.write_text(
        "[network]\nfeatures = 2\nhidden = 3\noutputs = 1\n[submission]\nrun = 'train(X)'\n"
        f"[submission.script]\nfunction = 'train'\n[submission.gradients]\n{gradients}\n"
    )
    said = " ".join(_command("check", str(config), str(program)).stdout.split())
    assert "the file has no function `train`: it has training" in said


def test_what_another_file_computes_keeps_no_mistake_from_being_named(tmp_path: Path) -> None:
    """The outputs are nowhere to be seen in the file that is graded."""
    (tmp_path / "helper.py").write_text(
        "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\n"
        "def output_delta(z, y):\n    a = sigmoid(z)\n    return (a - y) * a * (1 - a)\n"
    )
    program = tmp_path / "graded.py"
    program.write_text(
        "from helper import output_delta, sigmoid\n\n"
        "def backward(x, y, W1, b1, W2, b2):\n"
        "    z1 = x @ W1 + b1\n    a1 = sigmoid(z1)\n    dz2 = output_delta(a1 @ W2 - b2, y)\n"
        "    dz1 = dz2 @ W2.T * a1 * (1 - a1)\n"
        "    return x.T @ dz1, dz1.sum(axis=0, keepdims=True), a1.T @ dz2, dz2.sum(axis=0, keepdims=True)\n"
    )
    config = tmp_path / "net.toml"
    config.write_text(
        "[network]\nfeatures = 4\nhidden = 5\noutputs = 3\nloss = 'squared-error'\nloss_scale = '1/2'\n"
        "[submission]\nrun = 'g = backward(X, Y, W1, b1, W2, b2)'\n"
        "[submission.gradients]\nW1 = 'g[0]'\nb1 = 'g[1]'\nW2 = 'g[2]'\nb2 = 'g[3]'\n"
    )
    said = json.loads(_command("check", str(config), str(program), "--output-format", "json").stdout)
    assert [one["fault"] for one in said["submissions"][0]["findings"]] == ["bias-subtracted-in-forward"]


def test_the_seed_is_part_of_the_report() -> None:
    """The same seed gives the same report, durations aside; another seed other numbers."""

    def report(seed: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            _check(WRONG, "--seed", seed, "--output-format", "json", "--feedback", "cause").stdout
        )
        found["submissions"][0]["duration_seconds"] = 0
        return found

    assert report("3") == report("3")
    assert report("3")["submissions"] != report("4")["submissions"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "missing.toml"), "can't be read"),
        (("check", CONFIG, "missing.py", *ALONE), "missing.py"),
        (("check", NETWORK, RIGHT), "no [submission]"),
        (("check", CONFIG, RIGHT, "--output", "xml=file"), "FORMAT=FILE"),
        (("check", CONFIG, RIGHT, "--output", "json"), "FORMAT=FILE"),
        (("check", CONFIG, RIGHT, "--output-format", "xml"), "xml"),
        (("check", CONFIG, RIGHT, "--feedback", "everything"), "everything"),
        (("check", CONFIG, RIGHT, "--timeout", "0"), "timeout"),
        (("check", CONFIG, RIGHT, "--timeout", "inf"), "inf is not in the range 0<x<=86400"),
        (("check", CONFIG, RIGHT, "--timeout", "nan"), "expected more than 0 and up to 86400"),
        (("check", CONFIG, RIGHT, "--memory", "9" * 17), "is not in the range 16<=x<=1048576"),
        (("check", CONFIG, RIGHT, "--output", "json=no/F", "--output", "csv=no/../no/F"), "a file for each"),
        (("sweep", NETWORK, "--output", "csv=no/F", "--output", "svg=no/F"), "a file for each"),
        (("check", CONFIG, RIGHT, "--diff"), "expected both: --fix --diff"),
        (("check", CONFIG, RIGHT, "--points", "W1=x"), "--points"),
        (("check", CONFIG, RIGHT, "--points", "W3=1"), "--points"),
        (("check", CONFIG, RIGHT, "--points", "W1=nan"), "--points"),
        (("check", CONFIG, RIGHT, "--points", "W1=inf"), "--points"),
        (("check", CONFIG, RIGHT, "--points", "W1=-1"), "--points"),
        (("check",), "CONFIG"),
        (("sweep", "missing.toml"), "can't be read"),
        (("sweep", NETWORK, "--output", "pdf=x"), "svg"),
        (("explain", "bias-sumed-to-scalar"), "did you mean `bias-summed-to-scalar`?"),
        (("explain", "zzzzzz"), "lists them all"),
        (("no-such-command",), "no-such-command"),
    ],
)
def test_what_can_not_be_done_is_one_message_and_status_2(arguments: tuple[str, ...], said: str) -> None:
    """Wrong usage, configurations and names end with what was found and what to do."""
    assert said in _refused(_run(*arguments))


@pytest.mark.parametrize("text", ["[network", "", "[network]\nfeatures = 4\nhidden = 5\noutputs = 'three'\n"])
def test_a_configuration_that_says_nothing_is_status_2(tmp_path: Path, text: str) -> None:
    """Broken TOML, an empty file and wrong types are one message each."""
    path = tmp_path / "assignment.toml"
    path.write_text(text)
    assert "assignment.toml" in _refused(_run("check", str(path)))


def test_what_is_nested_too_deeply_is_status_2(tmp_path: Path) -> None:
    """A sum of thousands of terms, written out."""
    path = tmp_path / "deep.py"
    path.write_text("import numpy as np\n\n\ndef f(X, W):\n    return X @ W" + " + 1" * 1500 + "\n")
    said = _refused(_run("check", str(path)))
    assert "deep.py" in said
    assert "nested too deeply" in said


def test_data_that_does_not_fit_is_status_2(tmp_path: Path) -> None:
    """A file of other sizes than configured is told by shape, not passed over."""
    (tmp_path / "data.csv").write_text("1,2,0\n3,4,1\n")
    path = tmp_path / "assignment.toml"
    path.write_text('[network]\nfeatures = 5\nhidden = 5\noutputs = 3\n[data]\nfile = "data.csv"\n')
    assert "3 columns" in _refused(_run("check", str(path)))


def test_the_configuration_is_shown_as_understood(tmp_path: Path) -> None:
    """What `--show-config` prints is a configuration with the same meaning, and nothing is run."""
    result = _run("check", CONFIG, RIGHT, "--show-config", "--seed", "7")
    assert result.exit_code == 0
    path = tmp_path / "shown.toml"
    path.write_text(result.stdout)
    shown = read(str(path))
    assert (shown.network, shown.probes.seed) == (read(CONFIG).network, 7)


def test_explain_lists_every_entry() -> None:
    """Each name of the catalogue is in the list, once."""
    result = CliRunner(env={"COLUMNS": "140"}).invoke(main, ["explain"])
    words = result.stdout.split()
    assert result.exit_code == 0
    assert [fault.name for fault in CATALOGUE if words.count(fault.name) != 1] == []


@pytest.mark.parametrize("fault", CATALOGUE, ids=lambda fault: fault.name)
def test_explain_teaches_each_entry(fault: Any) -> None:
    """A page has the name, the wrong and the right line, and no word left in braces."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["explain", fault.name])
    assert result.exit_code == 0
    for text in (fault.name, fault.wrong.splitlines()[0].strip(), fault.right.splitlines()[0].strip()):
        assert " ".join(text.split()) in " ".join(result.stdout.split())
    assert "{" not in result.stdout.replace(fault.wrong, "").replace(fault.right, "")


def test_explain_answers_the_question_that_started_it() -> None:
    """Why sum, why axis 0, why keepdims, what a batch of one hides and what happens otherwise."""
    page = " ".join(_run("explain", "bias-not-summed-over-examples").stdout.split())
    for said in ("Why sum", "axis 0", "keepdims", "batch of one", "b = b - lr * db", "memor"):
        assert said in page


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("text", ["W1", "b1", "W2", "b2"]), ("csv", ["W1", "b1", "W2", "b2"]), ("svg", ["W1"])],
)
def test_sweep_draws_the_error_against_the_step(tmp_path: Path, name: str, parameters: list[str]) -> None:
    """Text and CSV tell of every parameter, the picture of the first, on standard output and in a file alike."""
    path = tmp_path / "sweep"
    result = _run("sweep", NETWORK, "--output-format", name, "--output", f"{name}={path}")
    assert result.exit_code == 0
    assert [word for word in parameters if word not in path.read_text(encoding="utf-8")] == []
    assert result.stdout.strip()


def _command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command itself."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "gradcheck", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**kept, **environment}, timeout=120, check=False
    )


def test_the_real_command_gives_the_status_to_the_shell() -> None:
    """As a process: 1 for a wrong gradient with the report on standard output, 2 with a message on the other."""
    wrong = _command("check", CONFIG, WRONG, *ALONE)
    assert wrong.returncode == 1
    assert "bias-summed-to-scalar" in wrong.stdout
    refused = _command("check", "missing.toml")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("gradcheck: ")
    assert refused.stderr.count("\n") == 1


def test_colour_is_for_who_wants_it() -> None:
    """None into a pipe; FORCE_COLOR and --color ask for it, NO_COLOR takes it away again."""
    arguments = ("check", CONFIG, WRONG, *ALONE, "--feedback", "verdict")
    assert "\x1b[" not in _command(*arguments).stdout
    assert "\x1b[" in _command(*arguments, FORCE_COLOR="1").stdout
    assert "\x1b[" in _command(*arguments, "--color").stdout
    assert "\x1b[" not in _command(*arguments, NO_COLOR="1", FORCE_COLOR="1").stdout


def test_a_fix_is_written_only_where_it_is_asked_for(tmp_path: Path) -> None:
    """`--fix --diff` prints the edit and leaves the file; `--fix` makes the program right."""
    program = tmp_path / "backprop.py"
    program.write_text(Path(WRONG).read_text())
    before = program.read_text()
    assert "+    db2 =" in _check(str(program), "--fix", "--diff").stdout
    assert program.read_text() == before
    _check(str(program), "--fix")
    assert _check(str(program)).exit_code == 0


def test_a_fix_leaves_the_encoding_and_the_line_ends_of_a_file(tmp_path: Path) -> None:
    """It is written as it is declared, and printed as `patch` takes it."""
    program = tmp_path / "backprop.py"
    text = "# -*- coding: latin-1 -*-\n" + Path(WRONG).read_text().replace("dz2", "größe")
    program.write_bytes(text.replace("\n", "\r\n").encode("latin-1"))
    printed = _check(str(program), "--fix", "--diff", "-q").stdout_bytes.decode()
    assert all(
        line.endswith("\r")
        for line in printed.split("\n")
        if line[:1] in (" ", "+", "-") and line[:3] != "+++" and line[:3] != "---"
    )
    _check(str(program), "--fix")
    assert program.read_bytes().count(b"\r\n") == text.count("\n")
    assert "größe".encode("latin-1") in program.read_bytes()
    assert _check(str(program)).exit_code == 0


def test_a_printed_edit_commands_nothing(tmp_path: Path) -> None:
    """Neither a file's name nor its text can speak to a terminal or to a CI through a diff."""
    program = tmp_path / "a\n::error::b.py"
    program.write_text(re.sub(r"( +)db2 =", "\\1# \x1b[31m\x07\n\\1db2 =", Path(WRONG).read_text()))
    printed = _check(str(program), "--fix", "--diff", "-q").stdout
    assert "db2 =" in printed
    assert not re.search(r"^::|[\x00-\x08\x0b-\x1f]", printed, re.MULTILINE)
