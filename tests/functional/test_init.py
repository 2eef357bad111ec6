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
]


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_is_proposed_checks(name: str, tmp_path: Path) -> None:
    """The configuration that is written is complete: checking with it gives what the shipped one gives."""
    program = tmp_path / name
    shutil.copy(PROGRAMS / name, program)
    target = tmp_path / "assignment.toml"
    result = CliRunner().invoke(main, ["init", str(program), "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert config.read(str(target)).contract is not None
    checked = CliRunner().invoke(main, ["check", str(target), str(program)])
    assert checked.exit_code == 0, checked.output


def test_a_wrong_program_fails_without_a_configuration() -> None:
    """`check FILE.py` proposes, says what it assumed and finds the mistake."""
    result = CliRunner().invoke(main, ["check", str(PROGRAMS / "cache_dict_columns_wrong.py")])
    assert result.exit_code == 1, result.output
    assert "assumed this contract" in result.output


def test_what_cannot_be_understood_is_refused() -> None:
    """A program of another kind gives status 2 and a contract to fill in by hand."""
    result = CliRunner().invoke(main, ["init", str(PROGRAMS / "scalar_engine.py")])
    assert result.exit_code == 2, result.output
    assert "[submission.gradients]" in result.output
