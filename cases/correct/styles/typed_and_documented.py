# expect: correct
"""Backpropagation through a two-layer sigmoid network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def logistic(z: Matrix) -> Matrix:
    """Logistic function, element by element."""
    return np.asarray(1.0 / (1.0 + np.exp(-z)))


def backward(
    x: Matrix, y: Matrix, w1: Matrix, b1: Matrix, w2: Matrix, b2: Matrix
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """
    Return the gradients of half the summed squared error.

    Parameters are in the order in which they are returned.
    """
    hidden: Matrix = logistic(x @ w1 + b1)
    output: Matrix = logistic(hidden @ w2 + b2)
    delta_output: Matrix = (output - y) * output * (1.0 - output)
    delta_hidden: Matrix = (delta_output @ w2.T) * hidden * (1.0 - hidden)
    return (
        x.T @ delta_hidden,
        delta_hidden.sum(axis=0, keepdims=True),
        hidden.T @ delta_output,
        delta_output.sum(axis=0, keepdims=True),
    )


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    print(backward(*(rng.normal(size=s) for s in [(8, 2), (8, 1), (2, 3), (1, 3), (3, 1), (1, 1)])))
