"""The use case: a subject and an assignment to a report. The verifier, and the diagnosis, load when asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradcheck.verification.network import check_network

if TYPE_CHECKING:
    from gradcheck.verification.verifier import Verifier, check

__all__ = ["Verifier", "check", "check_network"]

if not TYPE_CHECKING:  # type checkers would take it for leave to invent names

    def __getattr__(name: str) -> Any:
        """Resolve what needs the verifier (PEP 562): a check of the network alone does without."""
        if name not in __all__:
            raise AttributeError(f"module 'gradcheck.verification' has no attribute {name!r}")
        return getattr(import_module("gradcheck.verification.verifier"), name)
