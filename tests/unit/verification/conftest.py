"""What tests of submissions work with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradcheck.submissions.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One without walls: what runs here is the test's own."""
    with Sandbox("none") as opened:
        yield opened
