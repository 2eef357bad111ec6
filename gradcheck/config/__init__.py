"""The configuration: TOML to an `Assignment`."""

from gradcheck.config.reading import from_document, read
from gradcheck.config.showing import shown
from gradcheck.config.values import (
    ARRAYS,
    LAYOUTS,
    Assignment,
    Contract,
    ProbeSettings,
    ScriptContract,
    Sizes,
)

__all__ = [
    "ARRAYS",
    "LAYOUTS",
    "Assignment",
    "Contract",
    "ProbeSettings",
    "ScriptContract",
    "Sizes",
    "from_document",
    "read",
    "shown",
]
