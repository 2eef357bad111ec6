"""Proposing a configuration for a program, by reading and trying it."""

from gradcheck.proposing.proposal import Proposal, propose

__all__ = ["Proposal", "propose"]
