"""The Taylor remainder test: the order at which loss(x + t v) - loss(x) - t gradient·v vanishes with t."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from gradcheck.differences.line import noise_along
from gradcheck.differences.perturbing import direction_line, restored
from gradcheck.network.forward import Array

_LEVELS = 14


def taylor_order(loss: Callable[[], Any], gradient: Array, array: Array, direction: Array) -> float:
    """
    Estimate the order of the Taylor remainder: about 2 for a right gradient, about 1 for a wrong one.

    Parameters
    ----------
    loss : callable () -> float
        Reads `array`.
    gradient : ndarray, shaped as `array`
        Under test.
    array : ndarray of float64
        Perturbed in place and restored bit for bit.
    direction : ndarray, shaped as `array`

    Returns
    -------
    float
        The smallest exponent seen between neighbouring steps of 2**-m whose remainders stand clear of the
        loss's noise; infinity where none does (the loss is linear along `direction`, and the gradient right).

    Notes
    -----
    |loss(x + t v) - loss(x) - t gradient·v| is t² |v·Hv| / 2 + O(t³) for the right gradient, t |error·v| + O(t²)
    for a wrong one [1]_.

    References
    ----------
    .. [1] P. E. Farrell, D. A. Ham, S. W. Funke, M. E. Rognes, Automated derivation of the adjoint of high-level
       transient finite element programs, SIAM J. Sci. Comput. 35 (2013), sec. 6.1.
    """
    with restored(array):
        line = direction_line(loss, array, direction)
        base = line(0.0)[0]
        slope = float(np.sum(gradient * direction))
        noise = noise_along(line, 2.0**-44)
        remainders = []
        for level in range(3, 3 + _LEVELS):
            step = 2.0**-level
            remainder = abs(line(step)[0] - base - step * slope)
            if not remainder > 64.0 * noise:
                break
            remainders.append(remainder)
    if len(remainders) < 2:
        return math.inf
    orders = [math.log2(coarse / fine) for coarse, fine in pairwise(remainders)]
    return min(orders[-3:])
