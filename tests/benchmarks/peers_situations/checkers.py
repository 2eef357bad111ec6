"""Each checker behind one call: `check(situation, gradient)` returns None when it passes, else what it says."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from situations import Function, Situation

Checker = Callable[[Situation, Function], "str | None"]
# scipy returns a norm and leaves the verdict to its reader; its documentation calls 1e-6 and below small.
SCIPY_SMALL = 1e-6


def ours(situation: Situation, gradient: Function) -> str | None:
    """Check with gradcheck."""
    from gradcheck import check_gradients

    report = check_gradients(
        lambda x: situation.loss(np, x), lambda x: gradient(np, x), situation.point, names=["x"]
    )
    if report.passed:
        return None
    named = ", ".join(str(finding.fault) for finding in report.findings if finding.fault)
    return named or "; ".join(f"{p.verdict}" + (f" ({p.note})" if p.note else "") for p in report)


def torch(situation: Situation, gradient: Function) -> str | None:
    """Check with torch.autograd.gradcheck, a custom function with this backward."""
    import torch

    class Custom(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, x: Any) -> Any:
            context.save_for_backward(x)
            return torch.as_tensor(situation.loss(torch, x))

        @staticmethod
        def backward(context: Any, grad_output: Any) -> Any:
            (x,) = context.saved_tensors
            found = gradient(torch, x)
            return None if found is None else grad_output * found

    point = torch.from_numpy(np.array(situation.point, order="K")).requires_grad_()
    if not situation.point.flags.c_contiguous and situation.point.size:
        point = torch.from_numpy(np.ascontiguousarray(situation.point).T.copy()).T.requires_grad_()
    torch.autograd.gradcheck(Custom.apply, (point,))
    return None


def jax(situation: Situation, gradient: Function) -> str | None:
    """Check with jax.test_util.check_grads, reverse mode, first order."""
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    @jax.custom_vjp
    def custom(x: Any) -> Any:
        return situation.loss(jax.numpy, x)

    custom.defvjp(
        lambda x: (situation.loss(jax.numpy, x), x),
        lambda x, cotangent: (_times(cotangent, gradient(jax.numpy, x)),),
    )
    check_grads(custom, (jax.numpy.asarray(situation.point),), order=1, modes=["rev"])
    return None


def _times(cotangent: Any, found: Any) -> Any:
    return None if found is None else (cotangent * found).conj()


def autograd(situation: Situation, gradient: Function) -> str | None:
    """Check with autograd.test_util.check_grads, reverse mode, first order."""
    import autograd.numpy as anp
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    @primitive
    def custom(x: Any) -> Any:
        return situation.loss(anp, x)

    defvjp(custom, lambda answer, x: lambda cotangent: _times(cotangent, gradient(np, x)))
    check_grads(custom, modes=["rev"], order=1)(np.array(situation.point))
    return None


def scipy(situation: Situation, gradient: Function) -> str | None:
    """Check with scipy.optimize.check_grad over the flattened parameter."""
    from scipy.optimize import check_grad

    shape = situation.point.shape
    norm = check_grad(
        lambda x: situation.loss(np, x.reshape(shape)),
        lambda x: np.asarray(gradient(np, x.reshape(shape))).ravel(),
        np.array(situation.point).ravel(),
    )
    return None if norm <= SCIPY_SMALL else f"returns {norm:.1e}"


CHECKERS: dict[str, Checker] = {
    "gradcheck": ours,
    "torch": torch,
    "jax": jax,
    "autograd": autograd,
    "scipy": scipy,
}


def said(checker: Checker, situation: Situation, gradient: Function | None) -> str | None:
    """What a checker says in one line; an empty string where it was not asked; None when it passes."""
    if gradient is None:
        return ""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return checker(situation, gradient)
        except Exception as error:
            text = " ".join(str(error).split())
            return f"{type(error).__name__}: {text}" if text else type(error).__name__
