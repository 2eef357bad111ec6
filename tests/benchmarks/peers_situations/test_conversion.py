"""Arrays of other libraries are converted at the edge; run where torch and jax are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradients, check_vjp


def test_torch_autograd_is_right() -> None:
    """A torch loss over torch tensors, with gradients by autograd, passes; twice the gradient is named."""
    torch = pytest.importorskip("torch")
    x = torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(4, 3)

    def loss(p: Any) -> Any:
        return ((torch.tanh(x @ p["w"]) + p["b"]) ** 2).sum()

    def gradients(p: Any, factor: float = 1.0) -> Any:
        leaves = {name: value.clone().requires_grad_() for name, value in p.items()}
        (factor * loss(leaves)).backward()
        return {name: value.grad for name, value in leaves.items()}

    p = {"w": torch.ones(3, 2, dtype=torch.float64), "b": torch.full((1, 2), 0.5, dtype=torch.float64)}
    assert check_gradients(loss, gradients, p).passed
    report = check_gradients(loss, lambda p: gradients(p, 2.0), p)
    assert [finding.fault for finding in report.findings] == ["gradient-off-by-factor"]


def test_torch_float32_convicts_nobody() -> None:
    """A torch model in float32 that can't be run in float64 passes when right and fails when wrong."""
    torch = pytest.importorskip("torch")
    x = torch.linspace(-1, 1, 12).reshape(4, 3)

    def loss(w: Any) -> Any:
        return (torch.tanh(x @ w) ** 2).sum()

    def gradients(w: Any, factor: float = 1.0) -> Any:
        leaf = w.clone().requires_grad_()
        (factor * loss(leaf)).backward()
        return leaf.grad

    w = torch.full((3, 2), 0.7)
    right = check_gradients(loss, gradients, w)
    assert right.passed, str(right)
    assert not check_gradients(loss, lambda w: gradients(w, 1.1), w).passed


@pytest.mark.parametrize("wide", [True, False])
def test_jax_grad_is_right(wide: bool) -> None:
    """A jax loss with jax.grad passes in double and in single precision; a flipped sign fails in both."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", wide)
    x = np.linspace(-1, 1, 12).reshape(4, 3)

    def loss(p: Any) -> Any:
        return (jax.numpy.tanh(x @ p["w"]) ** 2).sum()

    p = {"w": jax.numpy.full((3, 2), 0.7)}
    right = check_gradients(loss, jax.grad(loss), p)
    assert right.passed, str(right)
    wrong = check_gradients(loss, lambda p: {"w": -jax.grad(loss)(p)["w"]}, p)
    assert [finding.fault for finding in wrong.findings] == ["gradient-sign-flipped"]


def test_jax_vjp_of_a_layer() -> None:
    """A backward function by jax.vjp passes on numpy inputs."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)

    def layer(x: Any, w: Any) -> Any:
        return jax.numpy.tanh(x @ w)

    def backward(cotangent: Any, x: Any, w: Any) -> Any:
        return jax.vjp(layer, x, w)[1](cotangent)

    assert check_vjp(layer, backward, (np.eye(3), np.full((3, 2), 0.3))).passed
