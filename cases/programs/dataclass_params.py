# expect: correct
"""A two-layer perceptron in functional style: parameters in, gradients out."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Params:
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray


@dataclass
class Cache:
    X: np.ndarray
    H: np.ndarray
    Y_hat: np.ndarray


def init_params(n_in: int, n_hidden: int, n_out: int, rng: np.random.Generator) -> Params:
    return Params(
        W1=rng.standard_normal((n_in, n_hidden)) / np.sqrt(n_in),
        b1=np.zeros((1, n_hidden)),
        W2=rng.standard_normal((n_hidden, n_out)) / np.sqrt(n_hidden),
        b2=np.zeros((1, n_out)),
    )


def forward(params: Params, X: np.ndarray) -> Cache:
    H = np.tanh(X @ params.W1 + params.b1)
    return Cache(X=X, H=H, Y_hat=H @ params.W2 + params.b2)


def mse(cache: Cache, Y: np.ndarray) -> float:
    return float(np.mean(np.sum((cache.Y_hat - Y) ** 2, axis=1)))


def backward(params: Params, cache: Cache, Y: np.ndarray) -> Params:
    n = len(Y)
    dY = 2 * (cache.Y_hat - Y) / n
    dH = dY @ params.W2.T * (1 - cache.H**2)
    return Params(
        W1=cache.X.T @ dH,
        b1=dH.sum(axis=0, keepdims=True),
        W2=cache.H.T @ dY,
        b2=dY.sum(axis=0, keepdims=True),
    )


def sgd_step(params: Params, grads: Params, lr: float) -> Params:
    return Params(**{name: getattr(params, name) - lr * getattr(grads, name) for name in ("W1", "b1", "W2", "b2")})


def main() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(-3, 3, (200, 1))
    Y = np.sin(X)
    params = init_params(1, 32, 1, rng)
    for step in range(5000):
        cache = forward(params, X)
        params = sgd_step(params, backward(params, cache, Y), 0.05)
        if step % 500 == 0:
            print(step, mse(cache, Y))


if __name__ == "__main__":
    main()
