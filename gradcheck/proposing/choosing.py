"""Which loss the program's gradients are held against, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradcheck.diagnosis.explain import losses
from gradcheck.network.forward import Network, Scale
from gradcheck.proposing.candidates import Candidate, Confirmed, negated
from gradcheck.proposing.recognising import Fit

_CLOSE = 1e-4  # a guard in a logarithm leaves less


@dataclass(frozen=True, kw_only=True)
class Choice:
    """
    What is written.

    Attributes
    ----------
    network : Network
    any_loss : bool
    candidate : Candidate
    doubts : tuple of str
        About the loss.
    rests : bool
        Whether the loss rests on something that the program computes.
    odd : bool
        Whether it is scaled as nobody scales a loss: then it may be another one that looks like it.
    seen : bool
        Whether the program computes this very loss, with the weight decay in it.
    torn : str
        Why the loss can't be told though the program's call returns one: the gradients beside it are of another.
    """

    network: Network
    candidate: Candidate
    any_loss: bool = False
    doubts: tuple[str, ...] = ()
    rests: bool = True
    odd: bool = False
    seen: bool = True
    torn: str = ""


def choose(confirmed: Confirmed, descends: bool = False) -> Choice:
    """
    Choose the loss, and say how far it can be relied on.

    Parameters
    ----------
    confirmed : Confirmed
    descends : bool
        Whether the program subtracts what it steps along: then the gradients' sign is what it has to be.
    """
    choice = _chosen(confirmed, descends)
    seen = choice.network in [network for _, network in confirmed.own]
    return replace(choice, odd=_is_odd(choice.network, choice.candidate), seen=seen)


def _chosen(confirmed: Confirmed, descends: bool) -> Choice:
    """Take the program's own loss where its gradients don't say otherwise."""
    candidate, parameters = confirmed.candidate, len(confirmed.candidate.contract.gradients)
    best = confirmed.fits[0] if confirmed.fits else None
    own = [network for _, network in confirmed.own]
    own = [network for network in own if not _is_odd(network, candidate)] or own  # a sum over batches, say
    # of the program's own losses those that some gradients agree with; its printed loss may leave weight decay out
    shared = [fit for fit in confirmed.fits if fit.sign > 0 and {fit.network, _undecayed(fit.network)} & {*own}]
    most = max(
        shared, key=lambda fit: (fit.agreeing, fit.network in own, fit.network.weight_decay > 0), default=None
    )
    odd = best is not None and best.network not in own and _is_odd(best.network, candidate)
    if own and best is not None and (odd or not _may_be_printed(best.network) & {one.loss for one in own}):
        said = f"the program computes this loss; {best.agreeing} of {parameters} gradients agree on another"
        return Choice(network=own[0], candidate=candidate, doubts=(said,))
    if best is not None and best.network not in own:
        for one in own:
            if _decays_otherwise(one, best.network):
                said = "the program computes this loss, with this weight decay; its gradients have another one"
                return Choice(network=one, candidate=candidate, doubts=(said,))
    if best is not None and best.agreeing == parameters:
        network = most.network if most is not None and most.agreeing == parameters else best.network
        doubts = _decay_doubts(network, own)
        same_of_one = bool(
            {_of_one(network), _of_one(_undecayed(network))} & {_of_one(one) for one in confirmed.own_of_one}
        )
        forgotten = network not in own and any(one.weight_decay and _undecayed(one) == network for one in own)
        if forgotten:
            doubts += ("the program's own loss has weight decay, and its gradients have none",)
        elif own and not {network, _undecayed(network)} & {*own}:
            but = " (with one output they are the same)" if same_of_one else ""
            said = f"the program's own loss is {losses.named(own[0])}; its gradients are those of "
            doubts += (f"{said}{losses.named(network)}{but}",)
        elif not own and not same_of_one:
            doubts += ("no loss was seen that the program computes: this is what all its gradients agree on",)
        alike = not own or network.loss in {one.loss for one in (*own, *confirmed.own_of_one)}
        torn = "".join(_torn(one, network) for one in confirmed.handed_out[:1] if network not in own)
        rests = alike and not forgotten and not torn
        choice = Choice(network=network, candidate=candidate, doubts=doubts, rests=rests, torn=torn)
        return _turned(choice, best, descends)
    if most is not None:
        return Choice(network=most.network, candidate=candidate, doubts=_decay_doubts(most.network, own))
    if best is not None:
        doubts = (
            f"{best.agreeing} of {parameters} gradients agree on this loss",
            *_decay_doubts(best.network, own),
        )
        return _turned(Choice(network=best.network, candidate=candidate, doubts=doubts), best, descends)
    if own:
        return Choice(
            network=own[0], candidate=candidate, doubts=("no gradient agrees with this loss",), rests=False
        )
    usual = _usual(confirmed.network)
    doubts = ("nothing tells the loss: no gradient agrees with a known one",)
    return Choice(network=usual, candidate=candidate, any_loss=True, doubts=doubts, rests=False)


def _torn(own: Network, other: Network) -> str:
    """Say that a loss and the gradients that are returned with it differ by the number of examples, if they do."""
    scale = replace(own.loss_scale, per_example=not own.loss_scale.per_example)
    if replace(_undecayed(own), loss_scale=scale) != _undecayed(other):
        return ""
    return f"the loss is {losses.named(own)}, and the gradients beside it are those of {losses.named(other)}"


def _may_be_printed(network: Network) -> set[str]:
    """
    Losses that a program may print while it goes down another one.

    Gradients of cross-entropy with squared error printed are as usual as right, and so is half of the binary one's
    sum, `y * log(a)` alone; nobody does the reverse.
    """
    return {network.loss, "squared-error", *(["cross-entropy"] if network.loss == "binary-cross-entropy" else [])}


def _is_odd(network: Network, candidate: Candidate) -> bool:
    """Whether nobody scales a loss so: twice a cross-entropy is a squared error whose slope was left out."""
    scale = network.loss_scale
    of_outputs = scale.per_output and not scale.per_example and candidate.layout.pins.get("n") != 1
    return of_outputs or ("entropy" in network.loss and scale.coefficient != 1)


def _decays_otherwise(own: Network, other: Network) -> bool:
    """Whether a loss and that of gradients differ only in how much weight decay there is in each."""
    if not own.weight_decay or not other.weight_decay or _undecayed(own) != _undecayed(other):
        return False
    same_scale = own.weight_decay_scale == other.weight_decay_scale
    return not same_scale or abs(own.weight_decay - other.weight_decay) > _CLOSE * own.weight_decay


def _undecayed(network: Network) -> Network:
    return replace(network, weight_decay=0.0, weight_decay_scale=Scale())


def _of_one(network: Network) -> Network:
    """The network's loss where there is one output."""
    return replace(network, loss_scale=replace(network.loss_scale, per_output=False))


def _decay_doubts(network: Network, own: Sequence[Network]) -> tuple[str, ...]:
    if not network.weight_decay or network in own:
        return ()
    return ("the weight decay is what the gradients have of it: compare it with the program's own",)


def _turned(choice: Choice, fit: Fit, descends: bool) -> Choice:
    """Turn the sign of gradients that are handed out the other way round; an update that climbs is a mistake."""
    if fit.sign > 0:
        return choice
    if descends or any(" - " in text for text in choice.candidate.contract.gradients.values()):
        return replace(choice, doubts=(*choice.doubts, "the update climbs the loss"))
    said = "the gradients have the other sign, that of a step down: it is turned here"
    return replace(choice, candidate=negated(choice.candidate), doubts=(*choice.doubts, said))


def _usual(network: Network) -> Network:
    """The loss that most people take with an output activation."""
    if network.output_activation == "softmax":
        return replace(network, loss="cross-entropy", loss_scale=Scale(Fraction(1), per_example=True))
    return network
