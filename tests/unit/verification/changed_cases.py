"""What tests of single mistakes work with: a case in which other text stands in the place of some."""

from __future__ import annotations

from pathlib import Path

from gradcheck.config import read
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.verification import Verifier

CASES = Path(__file__).parents[3] / "cases"


def changed(
    name: str, changes: tuple[tuple[str, str], ...], folder: Path, sandbox: Sandbox, seconds: float = 90.0
) -> tuple[Verifier, Path]:
    """What checks a case, and that case in a folder, with changes of text that is there once each."""
    case = CASES / name
    own, text = case.with_suffix(".toml"), case.read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    submission = folder / case.name
    submission.write_text(text)
    config = own if own.exists() else case.parent / "assignment.toml"
    return Verifier(read(str(config)), sandbox, repair_seconds=seconds), submission
