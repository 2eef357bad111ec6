"""
What others do, each behind one signature: (problem, gradients) -> whether they pass.

Every peer gets the loss in its own arrays where it has any, float64, and its own default tolerances.
"""

from __future__ import annotations

import warnings

import numpy as np

from gradcheck.comparison import compare
from gradcheck.differences import network_gradients, network_quick_check
from gradcheck.findings import Verdict
from gradcheck.network.forward import loss

NAMES = ("w1", "b1", "w2", "b2")


def ours(network, values, submitted):
    """gradcheck, every entry."""
    found = network_gradients(network, values)
    return all(
        compare(name, g, found[name].value, found[name].bound, expected_shape=g.shape).verdict is Verdict.CORRECT
        for name, g in submitted.items()
    )


def ours_quick(network, values, submitted):
    """gradcheck, one direction per parameter."""
    return all(check.agrees for check in network_quick_check(network, values, submitted).values())


def plain_loop(network, values, submitted):
    """A plain loop of central differences, as in course notes; norm ratio 2e-7 (deeplearning.ai)."""
    return _norm_ratio(_central(network, values, 1e-7), submitted) <= 2e-7


def cs231n(network, values, submitted):
    """CS231n: step 1e-5, largest relative error over all entries at most 1e-2."""
    return _worst_ratio(_central(network, values, 1e-5), submitted) <= 1e-2


def cs231n_sampled(network, values, submitted, entries=10):
    """CS231n's grad_check_sparse: ten random entries of each parameter."""
    random = np.random.default_rng(0)
    for name in NAMES:
        for flat in random.integers(0, values[name].size, entries):
            index = np.unravel_index(flat, values[name].shape)
            numerical = _entry(network, dict(values), name, index, 1e-5)
            pair = abs(numerical) + abs(submitted[name][index])
            if not abs(numerical - submitted[name][index]) / max(1e-8, pair) <= 1e-2:
                return False
    return True


def _entry(network, values, name, index, step):
    array = values[name]
    saved = array[index]
    try:
        array[index] = saved + step
        above = loss(network, values)
        array[index] = saved - step
        return (above - loss(network, values)) / (2 * step)
    finally:
        array[index] = saved


def _central(network, values, step):
    result = {}
    for name in NAMES:
        result[name] = np.array([_entry(network, values, name, i, step) for i in np.ndindex(values[name].shape)])
    return result


def _flat(gradients):
    return np.concatenate([np.ravel(gradients[name]) for name in NAMES])


def _norm_ratio(numerical, submitted):
    a, b = _flat(numerical), _flat(submitted)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def _worst_ratio(numerical, submitted):
    a, b = _flat(numerical), _flat(submitted)
    return (np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))).max()


def _torch(network, values, submitted, fast):
    import torch

    # the network's loss in torch's own arrays; the gradient is what is under test
    constants = {name: torch.from_numpy(np.array(values[name])) for name in values}
    scale = network.loss_scale.value(*values["y"].shape)

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, w1, b1, w2, b2):
            a1 = torch.sigmoid(constants["x"] @ w1 + b1)
            return scale * ((torch.sigmoid(a1 @ w2 + b2) - constants["y"]) ** 2).sum()

        @staticmethod
        def backward(ctx, grad):
            return tuple(grad * torch.from_numpy(np.array(submitted[name])) for name in NAMES)

    arguments = tuple(constants[name].clone().requires_grad_() for name in NAMES)
    torch.manual_seed(0)
    return torch.autograd.gradcheck(Loss.apply, arguments, fast_mode=fast, raise_exception=False)


def torch_full(network, values, submitted):
    """torch.autograd.gradcheck, its defaults."""
    return _torch(network, values, submitted, fast=False)


def torch_fast(network, values, submitted):
    """The same with fast_mode: one projection."""
    return _torch(network, values, submitted, fast=True)


def jax_check(network, values, submitted):
    """jax.test_util.check_grads, reverse mode, order 1, its defaults for float64."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    from jax.test_util import check_grads

    x, y = jnp.asarray(values["x"]), jnp.asarray(values["y"])
    scale = network.loss_scale.value(*values["y"].shape)

    @jax.custom_vjp
    def function(w1, b1, w2, b2):
        return scale * ((jax.nn.sigmoid(jax.nn.sigmoid(x @ w1 + b1) @ w2 + b2) - y) ** 2).sum()

    function.defvjp(
        lambda *arguments: (function(*arguments), None),
        lambda _, grad: tuple(grad * jnp.asarray(submitted[name]) for name in NAMES),
    )
    try:
        check_grads(function, tuple(jnp.asarray(values[name]) for name in NAMES), order=1, modes=("rev",))
    except AssertionError:
        return False
    return True


def autograd_check(network, values, submitted):
    """HIPS autograd's check_grads, reverse mode, order 1."""
    import autograd.extend
    import autograd.numpy as anp
    from autograd.test_util import check_vjp

    def function(flat):
        return loss(network, {**values, **_unflat(values, flat)})

    function = autograd.extend.primitive(function)
    autograd.extend.defvjp(function, lambda answer, flat: lambda grad: grad * anp.array(_flat(submitted)))
    np.random.seed(0)  # autograd draws from the global generator
    try:
        check_vjp(function, _flat(values))
    except (AssertionError, ValueError):
        return False
    return True


def _unflat(values, flat):
    result, start = {}, 0
    for name in NAMES:
        size = values[name].size
        result[name] = flat[start : start + size].reshape(values[name].shape)
        start += size
    return result


def scipy_check(network, values, submitted, direction="all"):
    """scipy.optimize.check_grad; it has no rule, so: norm of the difference at most 1e-6, as its users write."""
    from scipy.optimize import check_grad

    def function(flat):
        return loss(network, {**values, **_unflat(values, flat)})

    norm = check_grad(function, lambda _: _flat(submitted), _flat(values), direction=direction, **_seed(direction))
    return norm <= 1e-6 * max(1.0, np.linalg.norm(_flat(submitted)))


def _seed(direction):
    import inspect

    from scipy.optimize import check_grad

    name = "rng" if "rng" in inspect.signature(check_grad).parameters else "seed"
    return {name: 0} if direction == "random" else {}


def scipy_random(network, values, submitted):
    """scipy.optimize.check_grad along one random direction."""
    return scipy_check(network, values, submitted, "random")


def numdifftools_gradient(network, values, submitted):
    """numdifftools.Gradient; differentiates only, so: norm ratio 1e-7."""
    import numdifftools

    def function(flat):
        return loss(network, {**values, **_unflat(values, flat)})

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = numdifftools.Gradient(function)(_flat(values))
    b = _flat(submitted)
    return np.linalg.norm(found - b) / (np.linalg.norm(found) + np.linalg.norm(b)) <= 1e-7


def fdm_gradient(network, values, submitted):
    """fdm.gradient, central of its default order; differentiates only, so: norm ratio 1e-7."""
    import fdm

    def function(flat):
        return loss(network, {**values, **_unflat(values, flat)})

    found = fdm.gradient(function)(_flat(values))
    b = _flat(submitted)
    return np.linalg.norm(found - b) / (np.linalg.norm(found) + np.linalg.norm(b)) <= 1e-7


FULL = {
    "torch gradcheck": torch_full,
    "autograd check_grads": autograd_check,
    "scipy check_grad": scipy_check,
    "numdifftools": numdifftools_gradient,
    "fdm": fdm_gradient,
    "plain loop": plain_loop,
}
CHECKERS = {
    "gradcheck": ours,
    "gradcheck quick": ours_quick,
    "torch": torch_full,
    "torch fast": torch_fast,
    "jax": jax_check,
    "autograd": autograd_check,
    "scipy all": scipy_check,
    "scipy random": scipy_random,
    "deeplearning.ai": plain_loop,
    "CS231n full": cs231n,
    "CS231n 10 samples": cs231n_sampled,
}
