"""The use case: a subject and an assignment to a report."""

from gradcheck.verification.network import check_network
from gradcheck.verification.verifier import Verifier, check

__all__ = ["Verifier", "check", "check_network"]
