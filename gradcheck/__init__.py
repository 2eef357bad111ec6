"""
Proves that hand-written backpropagation is right, or says which gradient is wrong, why, and where.

Importing the package loads nothing heavy: each public name is resolved when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.errors import GradcheckError as GradcheckError
    from gradcheck.findings import Finding as Finding
    from gradcheck.functions import check_gradients as check_gradients
    from gradcheck.functions import check_jacobian as check_jacobian
    from gradcheck.functions import check_jvp as check_jvp
    from gradcheck.functions import check_second_order as check_second_order
    from gradcheck.functions import check_vjp as check_vjp
    from gradcheck.reports.report import Report as Report

_HOMES = {
    "GradcheckError": "gradcheck.errors",
    "Finding": "gradcheck.findings",
    "Report": "gradcheck.reports.report",
    "check_gradients": "gradcheck.functions",
    "check_jacobian": "gradcheck.functions",
    "check_jvp": "gradcheck.functions",
    "check_second_order": "gradcheck.functions",
    "check_vjp": "gradcheck.functions",
}
__all__ = [
    "Finding",
    "GradcheckError",
    "Report",
    "check_gradients",
    "check_jacobian",
    "check_jvp",
    "check_second_order",
    "check_vjp",
]


if not TYPE_CHECKING:  # type checkers would take it for leave to invent names

    def __getattr__(name: str) -> Any:
        """Resolve a public name (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module 'gradcheck' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
