"""
Complex numbers whose imaginary part is too small to move the real one.

Complex step perturbs by i h with h near 1e-30. In float64 every product of two such imaginary parts is then
lost in the rounding of the real part, which so stays, to the last bit, what it was without the perturbation.
Many perturbations can therefore share one real part, and each recomputes its imaginary part alone; the loss's
own code runs on these numbers unchanged.

An operation that does not carry complex numbers faithfully (abs, maximum, a cast to float) is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcheck.network.forward import Array


class TinyComplex:
    """
    An array of complex numbers with a shared real part.

    Parameters
    ----------
    real : ndarray of float64, shape (...)
    imaginary : ndarray of float64
        Of a shape that `real` broadcasts to; leading axes run over the perturbations.
    """

    def __init__(self, real: Array, imaginary: Array, negative_of: TinyComplex | None = None) -> None:
        self.real, self._imaginary, self._negative_of = real, imaginary, negative_of

    @property
    def imag(self) -> Array:
        """The imaginary parts; those of a negative are computed when they are asked for."""
        return -self._imaginary if self._negative_of is not None else self._imaginary

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one perturbation's numbers."""
        return self.real.shape

    def sum(self, axis: int | None = None, keepdims: bool = False) -> TinyComplex:
        """Sum over one axis of the numbers, counted from the last; over all of them without one."""
        axes = tuple(range(-self.real.ndim, 0)) if axis is None else axis
        real = self.real.sum(axis=axes, keepdims=keepdims)
        return TinyComplex(real, self.imag.sum(axis=axes, keepdims=keepdims))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        rule = _RULES.get(ufunc)
        if method != "__call__" or kwargs or rule is None:
            return NotImplemented
        return rule(*inputs)

    def __array_function__(self, function: Any, types: Any, arguments: Any, kwargs: Any) -> Any:
        if function is not np.where or kwargs:
            return NotImplemented
        return _where(*arguments)

    def __add__(self, other: Any) -> TinyComplex:
        return _add(self, other)

    def __radd__(self, other: Any) -> TinyComplex:
        return _add(self, other)

    def __sub__(self, other: Any) -> TinyComplex:
        return _subtract(self, other)

    def __rsub__(self, other: Any) -> TinyComplex:
        return _subtract(other, self)

    def __mul__(self, other: Any) -> TinyComplex:
        return _multiply(self, other)

    def __rmul__(self, other: Any) -> TinyComplex:
        return _multiply(other, self)

    def __truediv__(self, other: Any) -> TinyComplex:
        return _divide(self, other)

    def __rtruediv__(self, other: Any) -> TinyComplex:
        return _divide(other, self)

    def __matmul__(self, other: Any) -> TinyComplex:
        return _matmul(self, other)

    def __rmatmul__(self, other: Any) -> TinyComplex:
        return _matmul(other, self)

    def __pow__(self, exponent: int) -> TinyComplex:
        return _power(self, exponent)

    def __neg__(self) -> TinyComplex:
        return _negative(self)


def _real(value: Any) -> Any:
    return value.real if isinstance(value, TinyComplex) else value


def _negative(z: TinyComplex) -> TinyComplex:
    return TinyComplex(-z.real, z.imag, negative_of=z)


def _where(condition: Array, first: Any, second: Any) -> TinyComplex:
    """Choose by the shared real part: one multiplication by a mask, where one of the two is enough."""
    real = np.where(condition, _real(first), _real(second))
    if not isinstance(second, TinyComplex):
        return TinyComplex(real, first.imag * np.where(condition, 1.0, 0.0))
    if not isinstance(first, TinyComplex):
        return TinyComplex(real, second.imag * np.where(condition, 0.0, 1.0))
    if second._negative_of is first:
        return TinyComplex(real, first.imag * np.where(condition, 1.0, -1.0))
    return TinyComplex(real, np.where(condition, first.imag, second.imag))


def _add(first: Any, second: Any) -> TinyComplex:
    real = _real(first) + _real(second)
    if isinstance(first, TinyComplex) and isinstance(second, TinyComplex):
        return TinyComplex(real, first.imag + second.imag)
    return TinyComplex(real, first.imag if isinstance(first, TinyComplex) else second.imag)


def _subtract(first: Any, second: Any) -> TinyComplex:
    real = _real(first) - _real(second)
    if isinstance(first, TinyComplex) and isinstance(second, TinyComplex):
        return TinyComplex(real, first.imag - second.imag)
    return TinyComplex(real, first.imag if isinstance(first, TinyComplex) else -second.imag)


def _multiply(first: Any, second: Any) -> TinyComplex:
    real = _real(first) * _real(second)
    if isinstance(first, TinyComplex) and isinstance(second, TinyComplex):
        return TinyComplex(real, first.imag * second.real + first.real * second.imag)
    if isinstance(first, TinyComplex):
        return TinyComplex(real, first.imag * second)
    return TinyComplex(real, first * second.imag)


def _divide(first: Any, second: Any) -> TinyComplex:
    if not isinstance(second, TinyComplex):
        return TinyComplex(first.real / second, first.imag / second)
    quotient = _real(first) / second.real
    if not isinstance(first, TinyComplex):
        return TinyComplex(quotient, second.imag * (-quotient / second.real))
    imaginary = quotient * second.imag
    np.subtract(first.imag, imaginary, out=imaginary)
    imaginary /= second.real
    return TinyComplex(quotient, imaginary)


def _matmul(first: Any, second: Any) -> TinyComplex:
    real = _real(first) @ _real(second)
    if isinstance(first, TinyComplex) and isinstance(second, TinyComplex):
        return TinyComplex(real, first.imag @ second.real + first.real @ second.imag)
    if isinstance(first, TinyComplex):
        return TinyComplex(real, first.imag @ second)
    return TinyComplex(real, first @ second.imag)


def _power(base: Any, exponent: Any) -> TinyComplex:
    if exponent != 2:
        raise TypeError(f"power {exponent} of a complex step is not provided for")
    return (
        _multiply(base, base)
        if base.imag.size <= base.real.size
        else TinyComplex(base.real * base.real, base.imag * (2.0 * base.real))
    )


def _exp(z: TinyComplex) -> TinyComplex:
    real = np.exp(z.real)
    return TinyComplex(real, z.imag * real)


def _tanh(z: TinyComplex) -> TinyComplex:
    # tanh(a + ib) = (sinh a cosh a + i sin b cos b) / (sinh² a + cos² b); 1/cosh² by exponentials: no overflow
    decay = np.exp(-2.0 * np.abs(z.real))
    return TinyComplex(np.tanh(z.real), z.imag * (4.0 * decay / (1.0 + decay) ** 2))


_RULES: Mapping[Any, Callable[..., Any]] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.true_divide: _divide,
    np.matmul: _matmul,
    np.power: _power,
    np.square: lambda z: _power(z, 2),
    np.negative: _negative,
    np.positive: lambda z: z,
    np.exp: _exp,
    np.log: lambda z: TinyComplex(np.log(z.real), z.imag / z.real),
    np.log1p: lambda z: TinyComplex(np.log1p(z.real), z.imag / (1.0 + z.real)),
    np.tanh: _tanh,
    np.sqrt: lambda z: TinyComplex(np.sqrt(z.real), z.imag / (2.0 * np.sqrt(z.real))),
}
