"""What all tests have in common."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def looked_through_once() -> Iterator[None]:
    """
    Have garbage looked for among what a module's own tests made, and not among all that is left from others.

    Of thousands of tests that would take seconds in the end, in the middle of a run that is given no more.
    """
    yield
    gc.collect()
    gc.freeze()
