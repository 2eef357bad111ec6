"""
The structured engine: what the loss of the two-layer network does when one entry of one parameter moves.

An entry (i, j) of W1 moves column j of z1 by its shift times x[:, i], and then z2 by the change of a1[:, j]
times row j of w2; an entry (j, c) of W2 moves column c of z2 by its shift times a1[:, j]. A bias is the row of a
constant input. Nothing else is recomputed, but this is, by the code of the forward pass itself; the backward pass
is not used.

- By real differences, activations and loss are evaluated anew for every entry.
- An imaginary step of 2**-100 leaves every real part what it was, to the last bit. So activations and loss are
  evaluated once, with an imaginary step in each pre-activation, and serve all perturbations; every entry's
  movement of every output is formed, and its part of the loss's imaginary part added up.

Work is cut into blocks (hidden units or outputs × inputs × examples) that stay in cache, so memory does not
depend on the sizes, and blocks are shared out to threads (numpy lets go of the interpreter inside each operation).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gradcheck.differences import slopes
from gradcheck.network.forward import ACTIVATIONS, Array, Network, entry_losses, forward

Block = tuple[slice, slice, slice]
Work = Callable[[Block, Array], Array]
# One array of a block, in numbers: with the few temporaries of an activation it fills a level-2 cache of 1 MiB.
CACHE_NUMBERS = 1 << 15
# The same where there is but one such array.
SINGLE_NUMBERS = 1 << 18
# A block is worth a thread of its own from about a millisecond on.
PARALLEL_NUMBERS = 1 << 20
_WARM_NUMBERS = 1 << 20
# Arrays of a block's size that are alive at once, at most.
_TEMPORARIES = 8


class _Rows(NamedTuple):
    """The unperturbed network, transposed: z1, a1 (h, n); z2, y and losses (k, n)."""

    z1: Array
    a1: Array
    z2: Array
    y: Array
    losses: Array


class Engine:
    """
    A network at given values, ready to be perturbed entry by entry.

    Parameters
    ----------
    network : Network
    values : mapping
        `x` (n, d), `y` (n, k), `w1` (d, h), `b1` (1, h), `w2` (h, k), `b2` (1, k); a bias the network lacks
        may be absent. Never written to.
    memory : int
        Budget in bytes for what is computed per block, over all threads.
    threads : int, optional
        By default one per available core.
    """

    def __init__(
        self, network: Network, values: Mapping[str, Array], *, memory: int = 1 << 26, threads: int | None = None
    ) -> None:
        self.network = network
        self.values = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        self.n, self.k = self.values["y"].shape
        self.h = self.values["w2"].shape[0]
        self.z1, self.a1, self.z2, self.a2 = forward(network, self.values)
        self.scale = network.loss_scale.value(self.n, self.k)
        self.threads = threads or available_cores()
        # Allocating and releasing one large array teaches the C library to keep memory of that size at hand,
        # which blocks then take in turn without a page fault each; no page of it is touched.
        np.empty(_WARM_NUMBERS)
        self.most_numbers = max(1, memory // (8 * _TEMPORARIES * self.threads))
        self.coupled = slopes.coupled(network)

    @cached_property
    def base_losses(self) -> Array:
        """Loss of each output of each example, unscaled (n, k)."""
        return entry_losses(self.network, self.z2, self.a2, self.values["y"])

    @cached_property
    def _rows(self) -> _Rows:
        """Rows of one unit each, contiguous: numpy keeps the layout of what it is given."""
        base = (self.z1, self.a1, self.z2, self.values["y"], self.base_losses)
        return _Rows(*(np.ascontiguousarray(array.T) for array in base))

    @cached_property
    def slope1(self) -> Array:
        """da1/dz1 (n, h), by complex step."""
        return slopes.activation_slope(self.network, self.z1)

    @cached_property
    def slope2(self) -> Array:
        """d(Σℓ)/dz2 (n, k), by complex step, unscaled."""
        return slopes.loss_slope(self.network, self.z2, self.values["y"])

    def inputs(self, layer: int) -> Array:
        """Inputs of a layer and, last, the constant that its bias multiplies: (d + 1, n) or (h + 1, n)."""
        inputs = self.values["x"] if layer == 1 else self.a1
        return np.ascontiguousarray(np.concatenate([inputs.T, np.ones((1, self.n))]))

    def layer_shape(self, layer: int) -> tuple[int, int]:
        """Shape of a layer's weights with the bias as their last row."""
        return (self.values["x"].shape[1] + 1, self.h) if layer == 1 else (self.h + 1, self.k)

    def changes(self, layer: int, shifts: Array) -> Array:
        """
        Σℓ(shifted) - Σℓ for every entry of a layer shifted alone, times the loss scale; no weight decay.

        Parameters
        ----------
        layer : int
            1 or 2.
        shifts : ndarray, shape (d + 1, h) or (h + 1, k)
            Weights above, bias in the last row.

        Returns
        -------
        ndarray, shaped as `shifts`
        """
        work = self._first_layer if layer == 1 else self._second_layer
        return self._run(layer, shifts, work, CACHE_NUMBERS)

    def imaginary_changes(self, layer: int, shifts: Array) -> Array:
        """Im Σℓ(shifted by i · shifts) for every entry shifted alone, as in `changes`; shifts near 1e-30."""
        slope1, slope2 = (np.ascontiguousarray(slope.T) for slope in (self.slope1, self.slope2))
        w2 = np.ascontiguousarray(self.values["w2"].T)
        spare: list[Array] = []  # one for each thread: fresh memory costs more than what is done with it

        def first_layer(block: Block, moved: Array) -> Array:
            units, _, examples = block
            change = moved * slope1[units, None, examples]
            # outputs first: products run along the longer axes
            shape = (self.k, *moved.shape)
            size = math.prod(shape)
            buffer = spare.pop() if spare and spare[-1].size >= size else np.empty(size)
            outputs = np.multiply(change, w2[:, units, None, None], out=buffer[:size].reshape(shape))
            flat = outputs.reshape(self.k, -1, shape[-1])
            total: Array = (flat @ slope2[:, examples, None]).sum(axis=0)
            spare.append(buffer)
            return total.reshape(moved.shape[:2])

        def second_layer(block: Block, moved: Array) -> Array:
            units, _, examples = block
            total: Array = (moved @ slope2[units, examples, None])[..., 0]
            return total

        return self._run(layer, shifts, first_layer if layer == 1 else second_layer, SINGLE_NUMBERS)

    def _run(self, layer: int, shifts: Array, work: Work, numbers: int) -> Array:
        inputs = self.inputs(layer)
        result = np.zeros(shifts.shape)
        blocks = list(self._blocks(layer, min(numbers, self.most_numbers)))

        def run(block: Block) -> None:
            units, rows, examples = block
            moved = np.ascontiguousarray(shifts.T[units, rows])[:, :, None] * inputs[None, rows, examples]
            result.T[units, rows] += work(block, moved)

        self._each(run, blocks, shifts.size * self.n * self.k)
        result *= self.scale
        return result

    def _each(self, run: Callable[[Block], None], blocks: list[Block], numbers: int) -> None:
        """Run every block; blocks of the same entries (other examples) never run at once."""
        if self.threads == 1 or len(blocks) == 1 or numbers < PARALLEL_NUMBERS:
            for block in blocks:
                run(block)
            return
        chains: dict[tuple[int, int], list[Block]] = {}
        for block in blocks:
            chains.setdefault((block[0].start, block[1].start), []).append(block)

        def chain(same: list[Block]) -> None:
            for block in same:
                run(block)

        from concurrent.futures import ThreadPoolExecutor  # small problems start up without it

        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(chain, chains.values()):
                pass

    def _blocks(self, layer: int, numbers: int) -> Iterator[Block]:
        """Cut units × inputs × examples so that a block's largest array keeps to the budget."""
        rows, units = self.layer_shape(layer)
        width = self.k if layer == 1 or self.coupled else 1
        examples = max(1, min(self.n, numbers // width))
        row_step = max(1, min(rows, numbers // (width * examples)))
        unit_step = max(1, min(units, numbers // (width * examples * row_step)))
        for unit in range(0, units, unit_step):
            for row in range(0, rows, row_step):
                for example in range(0, self.n, examples):
                    yield (
                        slice(unit, min(unit + unit_step, units)),
                        slice(row, min(row + row_step, rows)),
                        slice(example, min(example + examples, self.n)),
                    )

    def _first_layer(self, block: Block, moved: Array) -> Array:
        """Loss changes (units, rows) when column j of z1 moves by `moved` (units, rows, examples)."""
        units, _, examples = block
        a1 = ACTIVATIONS[self.network.hidden_activation](self._rows.z1[units, None, examples] + moved)
        change = a1 - self._rows.a1[units, None, examples]
        w2 = self.values["w2"][units]
        if self.coupled:
            return self._rows_moved(examples, change[..., None] * w2[:, None, None, :])
        # outputs before examples: products run along the longer axis
        return self._columns_moved((slice(None), examples), change[:, :, None, :] * w2[:, None, :, None], 2)

    def _second_layer(self, block: Block, moved: Array) -> Array:
        """Loss changes (units, rows) when column c of z2 moves by `moved` (units, rows, examples)."""
        units, _, examples = block
        if not self.coupled:
            return self._columns_moved((units, None, examples), moved, 1)
        shift = np.zeros((*moved.shape, self.k))
        for position, column in enumerate(range(units.start, units.stop)):
            shift[position, :, :, column] = moved[position]
        return self._rows_moved(examples, shift)

    def _rows_moved(self, examples: slice, shift: Array) -> Array:
        """Loss changes when z2 moves by `shift` (units, rows, examples, k)."""
        y, base = self.values["y"][examples], self.base_losses[examples]
        return _flat_sum(self._change(self.z2[examples], y, base, shift), 2)

    def _columns_moved(self, place: Any, shift: Array, axes: int) -> Array:
        """Loss changes, summed over the last `axes`, when columns of z2 move by `shift` (..., examples)."""
        rows = self._rows
        change = self._change(rows.z2[place], rows.y[place], rows.losses[place], shift)
        return _flat_sum(change, axes)

    def _change(self, z2: Array, y: Array, base: Array, shift: Array) -> Array:
        """Evaluate the losses of moved outputs and take away what they were."""
        moved = z2 + shift
        # the logarithmic losses are computed from z2
        a2 = ACTIVATIONS[self.network.output_activation](moved) if self.network.loss == "squared-error" else moved
        return entry_losses(self.network, moved, a2, y) - base


def _flat_sum(array: Array, axes: int) -> Array:
    """Sum over the last axes at once: numpy sums in pairs along one axis only."""
    kept = array.shape[: array.ndim - axes]
    total: Array = array.reshape(*kept, -1).sum(axis=-1)
    return total


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
