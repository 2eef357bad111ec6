"""The public checks, for any function of arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcheck.functions.constants import sizes_around
from gradcheck.functions.examination import examine_loss
from gradcheck.functions.nests import Nest
from gradcheck.functions.subject import finite_loss, make

if TYPE_CHECKING:
    from gradcheck.reports.report import Report


def check_gradients(
    loss: Callable[[Any], Any],
    gradients: Callable[[Any], Any],
    parameters: Nest,
    *,
    method: str = "auto",
    seed: int = 0,
    quick: bool = False,
    frozen: Sequence[str] = (),
    names: Sequence[str] | Mapping[str, str] | None = None,
) -> Report:
    """
    Check hand-written gradients of any loss against numerical ones.

    Parameters
    ----------
    loss : callable (parameters) -> float
        Must be deterministic.
    gradients : callable (parameters) -> nest
        dloss/dparameters, of the same structure as `parameters`; entries may be named `dW1` for `W1`. For a
        complex parameter z = x + iy it is dloss/dx + i dloss/dy.
    parameters : array, or list, tuple, dict or nest of arrays
        Where to check. Only copies are handed on. Integers, flags and texts in it are left alone.
    method : str
        How to differentiate numerically, as in `gradcheck.differences`.
    seed : int
        Of whatever is drawn: the same seed gives the same report.
    quick : bool
        Compare along one Gaussian direction of each parameter first, and differentiate by every entry only where
        that disagrees.
    frozen : sequence of str
        Names of parameters that are not differentiated, with all that lies below them.
    names : sequence or mapping of str, optional
        What to call the parameters in the report: one for each in order, or by their paths.

    Returns
    -------
    Report
        A value: `report.passed`, `report["b1"]`, `str(report)`.

    Raises
    ------
    GradcheckError
        If the check can't be done: another structure, no number, a loss that isn't finite.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
    >>> def loss(p):
    ...     return ((x @ p["w"] + p["b"]) ** 2).sum()
    >>> def gradients(p):
    ...     z = x @ p["w"] + p["b"]
    ...     return {"w": 2 * x.T @ z, "b": 2 * z.mean()}
    >>> report = check_gradients(loss, gradients, {"w": np.array([0.5, -1.0]), "b": 0.3})
    >>> report.passed
    False
    >>> print(report.submissions[0].findings[0].message)
    the gradient of `b` is the right one times 1/3 (3 = x.shape[0])
    """
    subject = make(loss, gradients, parameters, frozen=frozen, names=names)
    finite_loss(subject, subject.values)
    sizes = sizes_around(loss, {leaf.name: leaf.array for leaf in subject.leaves})
    return examine_loss(subject, method=method, seed=seed, quick=quick, sizes=sizes)
