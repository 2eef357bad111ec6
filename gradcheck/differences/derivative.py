"""The value that every method returns."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.network.forward import Array


@dataclass(frozen=True, eq=False)
class Derivative:
    """
    A numerical gradient with error bars.

    Attributes
    ----------
    value : ndarray, shaped as the parameter
        The numerical gradient.
    bound : ndarray of float64, shaped as the parameter
        For every entry, a bound of |numerical - true|; infinite where nothing can be said.
    method : str
        What computed it; for `auto`, what was chosen.
    evaluations : int
        How many times the loss was evaluated (for the network: how many entries were perturbed, times how often).
    notes : tuple of str
        Kinks and their indices, fallbacks, a loss that does not keep still.
    """

    value: Array
    bound: Array
    method: str
    evaluations: int
    notes: tuple[str, ...] = ()
