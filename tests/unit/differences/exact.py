"""The two-layer network in 120-digit arithmetic, and its gradient by differences there: the truth, for tests."""

from __future__ import annotations

import mpmath
import numpy as np

from gradcheck.network.forward import Network

STEP = mpmath.mpf(10) ** -40


def problem(seed, sizes=(7, 4, 5, 3), *, weights=1.0, **options):
    """A network with these options and random values for it; weights are multiplied by `weights`."""
    random = np.random.default_rng(seed)
    n, d, h, k = sizes
    network = Network(**options)
    values = {
        "x": random.normal(size=(n, d)),
        "y": random.uniform(0.1, 0.9, size=(n, k)),
        "w1": random.normal(size=(d, h)) * weights / np.sqrt(d),
        "b1": random.normal(size=(1, h)) * 0.5,
        "w2": random.normal(size=(h, k)) * weights / np.sqrt(h),
        "b2": random.normal(size=(1, k)) * 0.5,
    }
    for name, present in (("b1", network.hidden_bias), ("b2", network.output_bias)):
        values[name] *= present
    if network.loss == "cross-entropy":
        values["y"] = np.eye(k)[random.integers(0, k, n)]
    return network, values


def exact_gradients(network, values):
    """Central differences with step 1e-40 in 120 digits: right to 1e-78, and saturated gradients can be 1e-30."""
    with mpmath.workdps(120):
        exact = {name: [[mpmath.mpf(float(v)) for v in row] for row in values[name]] for name in values}
        result = {}
        for name in network.parameters:
            gradient = np.zeros(values[name].shape)
            for i, j in np.ndindex(gradient.shape):
                saved = exact[name][i][j]
                exact[name][i][j] = saved + STEP
                above = _loss(network, exact)
                exact[name][i][j] = saved - STEP
                below = _loss(network, exact)
                exact[name][i][j] = saved
                gradient[i, j] = float((above - below) / (2 * STEP))
            result[name] = gradient
        return result


def _activate(name, row):
    if name == "sigmoid":
        return [1 / (1 + mpmath.exp(-z)) for z in row]
    if name == "tanh":
        return [mpmath.tanh(z) for z in row]
    if name == "relu":
        return [z if z > 0 else mpmath.mpf(0) for z in row]
    if name == "softmax":
        total = mpmath.fsum(mpmath.exp(z) for z in row)
        return [mpmath.exp(z) / total for z in row]
    return row


def _layer(row, weights, bias):
    return [
        mpmath.fsum(a * w[j] for a, w in zip(row, weights, strict=True)) + bias[j] for j in range(len(weights[0]))
    ]


def _loss(network, values):
    n, k = len(values["y"]), len(values["y"][0])
    terms = []
    for row, targets in zip(values["x"], values["y"], strict=True):
        zero1, zero2 = [0] * len(values["w1"][0]), [0] * k
        z1 = _layer(row, values["w1"], values["b1"][0] if network.hidden_bias else zero1)
        a1 = _activate(network.hidden_activation, z1)
        z2 = _layer(a1, values["w2"], values["b2"][0] if network.output_bias else zero2)
        a2 = _activate(network.output_activation, z2)
        for a, y in zip(a2, targets, strict=True):
            if network.loss == "squared-error":
                terms.append((a - y) ** 2)
            elif network.loss == "cross-entropy":
                terms.append(-y * mpmath.log(a))
            else:
                terms.append(-(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a)))
    scale = network.loss_scale
    factor = mpmath.mpf(scale.coefficient.numerator) / scale.coefficient.denominator
    factor /= (n if scale.per_example else 1) * (k if scale.per_output else 1)
    decay = mpmath.mpf(network.weight_decay) / 2
    weights = mpmath.fsum(w**2 for name in ("w1", "w2") for row in values[name] for w in row)
    return factor * mpmath.fsum(terms) + decay * weights
