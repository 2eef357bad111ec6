"""`gradcheck init` and `gradcheck check FILE.py` on the project's own programs."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradcheck import config
from gradcheck.cli import main

PROGRAMS = Path(__file__).parents[2] / "cases" / "programs"
UNDERSTOOD = [
    "cache_dict_columns.py",
    "digit_recognizer.ipynb",
    "two_layer_net_loss.py",
    "kuenstliches_netz.py",
    "network_nabla.py",
    "stato_globale.py",
    "iris_minilotes.ipynb",
    "entrainement.py",
    "obratnoe_bez_numpy.py",
    "momentum_velocity.py",
    "neuron_objects.py",
    "nn_cost_function.py",
    "nnfs_layers.py",
    "train_cli.py",
    "argparse_main.py",
]
NO_NETWORKS = {
    "": "there is no code in it",
    "def area(r):\n    return 3.14 * r * r\n": "there is no network in it",
    "import torch\nnet = torch.nn.Linear(2, 3)\n": "the network is `torch`'s",
    "print 'loss', 3\n": "is Python 2",
    "def f(:\n": "syntax error",
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_is_proposed_checks(name: str, tmp_path: Path) -> None:
    """The configuration that is written is complete: checking with it gives what the shipped one gives."""
    program = tmp_path / name
    shutil.copy(PROGRAMS / name, program)
    target = tmp_path / "assignment.toml"
    result = CliRunner().invoke(main, ["init", str(program), "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert config.read(str(target)).contract is not None
    assert target.read_text() == result.stdout  # what is piped into a file is the configuration, too
    assert "recognised: " in result.stderr
    assert "check: passed" in result.stderr
    checked = CliRunner().invoke(main, ["check", str(target), str(program)])
    assert checked.exit_code == 0, checked.output


def test_a_wrong_program_fails_without_a_configuration() -> None:
    """`check FILE.py` proposes, says what it assumed and finds the mistake."""
    result = CliRunner().invoke(main, ["check", str(PROGRAMS / "cache_dict_columns_wrong.py")])
    assert result.exit_code == 1, result.output
    assert "assumed this contract" in result.output


@pytest.mark.parametrize("name", ["two_layer_net_loss_wrong.py", "minitorch_modules.py", "bias_in_theta_wrong.py"])
def test_checking_without_a_configuration_is_checking_with_the_proposed_one(name: str, tmp_path: Path) -> None:
    """`check FILE.py` finds in each parameter what `init` and then `check` find."""
    program = tmp_path / name
    shutil.copy(PROGRAMS / name, program)
    alone = CliRunner().invoke(main, ["check", str(program), "--output-format", "csv", "--feedback", "verdict"])
    target = tmp_path / "assignment.toml"
    CliRunner().invoke(main, ["init", str(program), "-o", str(target)])
    arguments = ["check", str(target), str(program), "--output-format", "csv", "--feedback", "verdict"]
    with_it = CliRunner().invoke(main, arguments)
    assert alone.exit_code == with_it.exit_code == ("_wrong" in name)
    one, other = ([line.split(",")[1:8] for line in result.stdout.splitlines()[1:]] for result in (alone, with_it))
    assert one == other
    assert len(one[0]) == 7


@pytest.mark.parametrize("text", NO_NETWORKS, ids=list(NO_NETWORKS.values()))
def test_what_is_no_network_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    """Status 2, one sentence that says what the file is, and no traceback."""
    program = tmp_path / "ann.py"
    program.write_text(text)
    for command in (["init"], ["check"]):
        result = CliRunner().invoke(main, [*command, str(program)])
        assert result.exit_code == 2, result.output
        assert NO_NETWORKS[text] in result.output
        assert "Traceback" not in result.output


def test_what_cannot_be_understood_is_refused() -> None:
    """A program of another kind gives status 2 and a contract to fill in by hand."""
    result = CliRunner().invoke(main, ["init", str(PROGRAMS / "scalar_engine.py")])
    assert result.exit_code == 2, result.output
    assert "[submission.gradients]" in result.output


@pytest.mark.parametrize(
    ("printed", "status"), [("(a2 - Y) ** 2", 1), ("-Y * np.log(a2) - (1 - Y) * np.log(1 - a2)", 0)]
)
def test_what_the_program_itself_may_contradict_has_not_passed(printed: str, status: int, tmp_path: Path) -> None:
    """Gradients of cross-entropy beside a squared error that is computed: it can't be told which is meant."""
    program = tmp_path / "ann.py"
    program.write_text(
        "import numpy as np\n"
        "def grads(X, Y, W1, b1, W2, b2):\n"
        "    a1 = np.tanh(X @ W1 + b1)\n"
        "    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))\n"
        f"    cost = np.sum({printed})\n"
        "    d2 = a2 - Y\n"
        "    d1 = d2 @ W2.T * (1 - a1 ** 2)\n"
        "    return cost, X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)\n"
    )
    result = CliRunner().invoke(main, ["check", str(program)])
    assert result.exit_code == status, result.output
    assert ("can't tell" in result.output) is (status == 1)
    assert ("note: unsure" in result.output) is (status == 1)


def test_doubts_are_those_of_the_program_that_was_read(tmp_path: Path) -> None:
    """Another file that is checked with the same contract is told where that comes from."""
    text = (
        "import numpy as np\n"
        "def grads(X, Y, W1, b1, W2, b2):\n"
        "    a1 = np.tanh(X @ W1 + b1)\n"
        "    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))\n"
        "    cost = np.sum((a2 - Y) ** 2)\n"
        "    d2 = a2 - Y\n"
        "    d1 = d2 @ W2.T * (1 - a1 ** 2)\n"
        "    return cost, X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)\n"
    )
    read, other = tmp_path / "read.py", tmp_path / "other.py"
    read.write_text(text)
    other.write_text(text.replace("(a2 - Y) ** 2", "-Y * np.log(a2) - (1 - Y) * np.log(1 - a2)"))
    result = CliRunner().invoke(main, ["check", str(read), str(other), "--output-format", "concise"])
    assert result.exit_code == 1
    told = [line for line in result.output.splitlines() if "can't tell" in line]
    assert told
    assert not any("other.py" in line.partition("can't tell")[0] for line in told)
