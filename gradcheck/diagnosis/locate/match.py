"""What a value turned out to be."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.diagnosis.locate.proportion import TOLERANCE
from gradcheck.diagnosis.locate.quantities import is_forward, is_of_loss, is_part


@dataclass(frozen=True)
class Match:
    """
    What a value is.

    Attributes
    ----------
    names : tuple of str
        The quantities it equals up to a factor, the simplest first: `a1`, `a2 - y`, `delta2`, `gradient w1`.
    factor : float
        value = factor · quantity, for the first name.
    turned : bool
        Whether it lies the other way round: value = factor · quantityᵀ.
    factors : tuple of float
        For every name; empty where they are all the same.
    """

    names: tuple[str, ...]
    factor: float
    turned: bool = False
    factors: tuple[float, ...] = ()

    def factor_of(self, name: str) -> float:
        """Give the factor for one of the names."""
        return self.factors[self.names.index(name)] if self.factors else self.factor

    @property
    def name(self) -> str:
        """The simplest name."""
        return self.names[0]

    @property
    def forward(self) -> bool:
        """Whether it is of the forward pass."""
        return all(is_forward(name) for name in self.names)

    @property
    def part(self) -> bool:
        """Whether it is only a part of an activation or of its derivative: nothing to go on with by itself."""
        return is_part(self.name)

    @property
    def of_loss(self) -> bool:
        """Whether it is the loss or what it is put together from."""
        return is_of_loss(self.name)

    @property
    def itself(self) -> bool:
        """Whether it is the quantity without a factor."""
        return abs(self.factor - 1) < 10 * TOLERANCE

    @property
    def exact(self) -> bool:
        """Whether a factor is a mistake: of the forward pass, not of decay, and of the derivatives in it."""
        return (self.forward and self.name not in ("w1", "w2")) or self.name in ("slope1", "slope2")

    @property
    def scaled(self) -> bool:
        """Whether it is such a quantity times a factor that it should not have, whatever it is called."""
        exponent = self.name in ("z1", "z2", "x w1", "a1 w2")  # people compute -z as well
        factors = [abs(self.factor) if exponent else self.factor, *self.factors]
        return self.exact and all(abs(factor - 1) >= 10 * TOLERANCE for factor in factors)
