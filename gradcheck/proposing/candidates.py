"""A contract that may fit, and what running it says: whether it does, and which network it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gradcheck.config import Contract
from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.program import Program
from gradcheck.network.forward import Array, Network
from gradcheck.proposing import prints, recognising, together
from gradcheck.proposing.exploring import SIZES, drawn
from gradcheck.proposing.layouts import Layout
from gradcheck.proposing.recognising import Fit, Seen
from gradcheck.signatures import LEAST_FOR_DIFFERENCES, quantisation_step
from gradcheck.submissions import axes
from gradcheck.submissions.job import Event, Inputs, Job
from gradcheck.submissions.reading import read_source
from gradcheck.submissions.sandbox import Sandbox

PARAMETERS = ("W1", "b1", "W2", "b2")
UNKNOWN = "its forward pass is none that is known"
UNFOUNDED = "it runs, but neither is there a loss in it nor are its outputs compared with the targets"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """
    A contract to be tried, and what it was made from.

    Attributes
    ----------
    contract : Contract
    layout : Layout
    undecayed : Candidate or None
        The same with no weight decay handed over, where this one hands some over.
    covering : bool
        Whether it runs what sums over the examples, and not only what that calls for each of them.
    """

    contract: Contract
    layout: Layout
    undecayed: Candidate | None = None
    covering: bool = False

    @property
    def of_one(self) -> bool:
        """Whether the file's own data, in place of which arrays are injected, is one example."""
        return self.contract.script is not None and self.layout.axes["X"] == "d"


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """
    A candidate whose forward pass is a known network's.

    Attributes
    ----------
    candidate : Candidate
    network : Network
    own : tuple of (int, Network)
        Expressions whose value is a known loss of it.
    own_of_one : tuple of Network
        Losses that the program computes where there is one output, if it computes none of these otherwise.
    fits : tuple of Fit
        Losses that the gradients agree with.
    compared : bool
        Whether outputs were compared with targets.
    exact : int
        How many gradients have exactly their parameter's shape.
    run : Run
        What it did.
    handed_out : tuple of Network
        Losses of its own that the call which returns the gradients returns beside them.
    """

    candidate: Candidate
    network: Network
    own: tuple[tuple[int, Network], ...]
    own_of_one: tuple[Network, ...]
    fits: tuple[Fit, ...]
    compared: bool
    exact: int
    run: Run
    handed_out: tuple[Network, ...] = ()

    @property
    def founded(self) -> bool:
        """Whether anything says that this is a network with its targets: else right code may be called wrong."""
        return self.compared or bool(self.own) or bool(self.fits)

    def score(self, single: bool) -> tuple[int, ...]:
        """
        Tell the better of two candidates: one for a single example or output hides mistakes.

        Parameters
        ----------
        single : bool
            Whether the program itself takes one example at a time: then nothing is hidden by doing so.
        """
        agreeing, exact = self.agreement
        return (
            not self.differenced,
            self.candidate.covering,
            -self.candidate.layout.hiding(single),
            agreeing,
            "k" not in self.candidate.layout.pins,  # where a wrong shape may look like a right one
            exact,
            int(self.compared) + int(bool(self.own)),
        )

    @property
    def agreement(self) -> tuple[int, int]:
        """How many gradients agree on one loss, and how many have exactly their parameter's shape."""
        return self.fits[0].agreeing if self.fits else 0, self.exact

    @property
    def sure(self) -> bool:
        """Whether all gradients agree on one loss: then nothing better is to be found."""
        wanted = len(self.candidate.contract.gradients)
        return self.agreement == (wanted, wanted) and not self.differenced

    @property
    def differenced(self) -> bool:
        """Whether what was read are finite differences: the program's own check, and no backpropagation."""
        # or parameters less them, where what was read is taken for a parameter after its step
        pairs = zip(self.run.values, self.run.gradients, strict=True)
        arrays = [
            read for given, one in pairs for name, array in one.items() for read in (array, given[name] - array)
        ]
        return any(one.size >= LEAST_FOR_DIFFERENCES and quantisation_step(one) is not None for one in arrays)

    @property
    def decayed(self) -> bool:
        """Whether weight decay is seen in the program's loss, or in the gradients that agree best."""
        best = self.fits[0].agreeing if self.fits else 0
        return any(network.weight_decay for _, network in self.own) or any(
            fit.network.weight_decay for fit in self.fits if fit.agreeing == best
        )


def confirm(sandbox: Sandbox, path: str, candidate: Candidate) -> Confirmed | str:
    """
    Run a candidate; what is no weight decay that is known is handed over as none.

    Returns
    -------
    Confirmed or str
        Or why it isn't one.
    """
    outcome = _confirm(sandbox, path, candidate)
    if candidate.undecayed is not None and not (isinstance(outcome, Confirmed) and outcome.decayed):
        return _confirm(sandbox, path, candidate.undecayed)
    return outcome


def _confirm(sandbox: Sandbox, path: str, candidate: Candidate) -> Confirmed | str:
    """Run a candidate, watched, at two sizes."""
    run = run_of(sandbox, path, candidate)
    if isinstance(run, str):
        return run
    names = candidate.contract.gradients
    network = recognising.recognise(run.seen, run.values, "b1" in names, "b2" in names) or _by_gradients(
        run, candidate
    )
    if network is None and (left_out := _bias_left_out(candidate)):
        # a mistake: what is left of the forward pass tells the rest
        run = replace(run, values=[{**one, left_out: 0.0 * one[left_out]} for one in run.values])
        network = recognising.recognise(run.seen, run.values, hidden_bias=True, output_bias=True)
    if network is None:
        return UNKNOWN
    own = _own_losses(path, run, network)
    fits = tuple(recognising.fits(network, run.values, run.gradients, [one for _, one in own]))
    of_one: list[Network] = []
    told = network.output_activation == "softmax" or (fits[:1] and fits[0].network in [one for _, one in own])
    if fits and fits[0].agreeing == len(names) and not told:
        # `np.mean` and `np.dot(y, np.log(a).T)` are what they are meant to be where there is one output
        alone = run_of(sandbox, path, candidate, pins={"k": 1})
        if not isinstance(alone, str):
            of_one = [one for _, one in _own_losses(path, alone, network)]
    return Confirmed(
        candidate=candidate,
        network=network,
        own=tuple(own),
        own_of_one=tuple(of_one),
        fits=fits,
        compared=recognising.uses_targets(run.seen, run.values, network),
        exact=run.exact,
        run=run,
        handed_out=tuple(together.handed_out(_parsed(read_source(path).text), own, candidate.contract))
        if own
        else (),
    )


_parsed = lru_cache(maxsize=1)(Program)  # every candidate of a file asks for the same


def _own_losses(path: str, run: Run, network: Network) -> list[tuple[int, Network]]:
    """The losses that the program computes, without what is only a step towards them."""
    own = recognising.own_losses(run.events, run.values, network)
    several = len({one for _, one in own}) > 1
    return recognising.final(own, _parsed(read_source(path).text)) if several else own


def _bias_left_out(candidate: Candidate) -> str:
    """The bias that a forward pass may leave out by mistake: b2, if its gradient is named like that of b1."""
    gradients = candidate.contract.gradients
    named = "b1" in gradients and gradients["b1"] != twin(gradients["b1"]) == gradients.get("b2")
    return "b2" if named else ""


def _by_gradients(run: Run, candidate: Candidate) -> Network | None:
    """The network whose gradients all of them are: what computes the forward pass may be in another file."""
    names = tuple(candidate.contract.gradients)
    biases = tuple(name for name in names if name[0] == "b")
    plain = replace(candidate.layout, fused="", flat=False)
    for name in names:
        arrays = [one[name.lower()] for one in run.gradients if name.lower() in one]
        if len(arrays) < len(SIZES) or not prints.of_arrays(arrays, name, plain, biases):
            return None
    for network in recognising.networks("b1" in names, "b2" in names):
        if next((fit.agreeing for fit in recognising.fits(network, run.values, run.gradients)), 0) == len(names):
            return network
    return None


@dataclass(frozen=True, kw_only=True)
class Run:
    """
    What a candidate did at each of two sizes.

    Attributes
    ----------
    values, gradients : list of dict of str to ndarray
        What it was given, `x y w1 b1 w2 b2`, and `w1 b1 w2 b2` to what was read of it, in rows.
    events : list of sequence of Event
        What was seen while it ran.
    seen : list of Seen
    exact : int
        How many gradients have exactly their parameter's shape.
    """

    values: list[dict[str, Array]]
    events: list[Sequence[Event]]
    seen: list[Seen]
    gradients: list[dict[str, Array]]
    exact: int


def run_of(
    sandbox: Sandbox, path: str, candidate: Candidate, pins: Mapping[str, int] | None = None, shift: float = 0.0
) -> Run | str:
    """Run a candidate, watched, at two sizes, all targets shifted by so much; or why it failed."""
    sizes = [{**one, **candidate.layout.pins, **(pins or {})} for one in SIZES]
    # where one output alone is looked at, losses that are the same for one class must not be
    values = [rows(drawn(one, both=pins is not None), candidate.contract) for one in sizes]
    values = [{**one, "y": one["y"] + shift} for one in values]
    given = tuple(laid_out(candidate, one, size) for one, size in zip(values, sizes, strict=True))
    result = sandbox.run(Job(path=path, contract=candidate.contract, inputs=given, watch=True))
    if len(result.probes) < len(sizes):
        return result.message or "it did not come to its end"
    failed = next((probe.message for probe in result.probes if probe.status != "ok"), "")
    if failed:
        return failed
    pairs = list(zip(result.probes, sizes, strict=True))
    return Run(
        values=values,
        events=[probe.events for probe in result.probes],
        seen=[Seen.of(probe.events) for probe in result.probes],
        gradients=[in_rows(candidate, probe.gradients, size) for probe, size in pairs],
        exact=min(
            sum(
                array.shape == axes.shape(candidate.contract.axes[name], size)
                for name, array in probe.gradients.items()
            )
            for probe, size in pairs
        ),
    )


def rows(inputs: Inputs, contract: Contract) -> dict[str, Array]:
    """Values of a problem by the project's names; biases that there aren't are zero."""
    return {
        name.lower(): array * 0.0 if name[0] == "b" and name not in contract.gradients else array
        for name, array in inputs.arrays.items()
    }


def laid_out(candidate: Candidate, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Inputs:
    """Inputs in the contract's axes; biases only where there are some."""
    names = ("X", "Y", *candidate.contract.gradients)
    arrays = {
        name: axes.to_submission(name, values[name.lower()], candidate.contract.axes[name], sizes)
        for name in ("X", "Y", *PARAMETERS)
        if name in names or name[0] == "b"
    }
    return Inputs(arrays=arrays, sizes=sizes)


def in_rows(candidate: Candidate, found: Mapping[str, Array], sizes: Mapping[str, int]) -> dict[str, Array]:
    """Gradients in rows, those of a right shape."""
    submitted = {}
    for name, array in found.items():
        notation = candidate.contract.axes[name]
        wanted = axes.shape(notation, sizes)
        if array.size == int(np.prod(wanted)) and array.squeeze().shape == tuple(s for s in wanted if s != 1):
            submitted[name.lower()] = axes.to_rows(name, array.reshape(wanted), notation, sizes)
    return submitted


def negated(candidate: Candidate) -> Candidate:
    """The candidate with the gradients' sign turned."""
    contract = candidate.contract
    turned = {
        name: text.removeprefix("-")
        if text.startswith("-")
        else f"-{text}"
        if text.isidentifier()
        else f"-({text})"
        for name, text in contract.gradients.items()
    }
    return replace(candidate, contract=replace(contract, gradients=turned))
