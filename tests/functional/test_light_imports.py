"""Importing the package or its pytest plugin loads nothing heavy: pytest does so in every run of everybody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "rich", "click", "jinja2")


def _loaded(code: str) -> set[str]:
    """Heavy packages that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint('LOADED', *[name for name in {HEAVY} if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(finished.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "code",
    [
        "import gradcheck",
        "import gradcheck; dir(gradcheck); gradcheck.__all__",
        "import gradcheck; gradcheck.GradcheckError",
        "import gradcheck.pytest_plugin",
        "import pytest; pytest.main(['--version'])",
    ],
)
def test_importing_is_light(code: str) -> None:
    """None of the heavy packages is loaded by the package, its errors or its plugin."""
    assert _loaded(code) == set()


@pytest.mark.parametrize(
    ("code", "expected"), [("import rich", {"rich"}), ("import numpy, click", {"numpy", "click"})]
)
def test_this_test_can_fail(code: str, expected: set[str]) -> None:
    """The probe sees a heavy package when there is one."""
    assert _loaded(code) == expected


def test_using_the_package_loads_what_it_needs() -> None:
    """The first use of a public name brings numpy, and the report's text brings rich: laziness hides nothing."""
    assert "numpy" in _loaded("import gradcheck; gradcheck.check_gradients")
    checked = "gradcheck.check_gradients(lambda p: p.sum(), np.ones_like, np.ones(2))"
    assert "rich" in _loaded(f"import gradcheck, numpy as np; str({checked})")


def test_a_run_of_pytest_without_the_fixture_stays_light(tmp_path: object) -> None:
    """A test that doesn't use the fixture pays for none of it."""
    code = f"""
import pathlib, pytest
folder = pathlib.Path({str(tmp_path)!r})
(folder / "test_it.py").write_text("def test_it(): pass")
pytest.main(["-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider", str(folder)])
"""
    assert _loaded(code) == set()


def test_a_check_of_the_network_alone_loads_neither_gate_nor_diagnosis() -> None:
    """What judges submissions is loaded when there are some."""
    config = str(Path(__file__).parents[2] / "cases" / "networks" / "sigmoid.toml")
    code = (
        "import contextlib, sys\nfrom gradcheck.cli import main\n"
        f"with contextlib.suppress(SystemExit): main(['check', {config!r}, '-q'])\n"
        "print(*[name for name in sys.modules if name.startswith('gradcheck.')])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(finished.stdout.split())
    assert "gradcheck.verification.network" in loaded
    assert not {"gradcheck.gate", "gradcheck.diagnosis", "gradcheck.submissions"} & loaded
