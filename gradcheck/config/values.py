"""
The configuration as values: what the rest of the project works with.

`reading.read` is the only way from a file to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.network.forward import Network

LAYOUTS: dict[str, dict[str, str]] = {
    "rows": {"X": "n d", "Y": "n k", "W1": "d h", "b1": "1 h", "W2": "h k", "b2": "1 k"},
    "columns": {"X": "d n", "Y": "k n", "W1": "h d", "b1": "h 1", "W2": "k h", "b2": "k 1"},
}
ARRAYS = tuple(LAYOUTS["rows"])


@dataclass(frozen=True, kw_only=True)
class ScriptContract:
    """
    How to run a submission through one pass of its training loop.

    Attributes
    ----------
    inject : dict
        Name in the script (dotted and subscripted ones too) to an expression over `X Y W1 b1 W2 b2 n d h k np`.
    before : str
        Python run just before the loop, in the script's namespace.
    loop : int
        Which of the loops that assign to an injected parameter, counted from 1, outermost first.
    function : str
        Where the loop is in a function: its name, `train` or `Net.train`.
    """

    inject: dict[str, str] = field(default_factory=dict)
    before: str = ""
    loop: int = 1
    function: str = ""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """
    How an assignment says to call a submission.

    Attributes
    ----------
    file : str
        Default submission; also the file looked for in a folder that is one submission.
    load : str
        `definitions` (imports, definitions and plain assignments) or `all`.
    axes : dict
        `X Y W1 b1 W2 b2` to the axes of the array, in order: "n d", "1 h", "h", "" (a number), "labels".
    run : str
        Python run with the file's names and, in front of them, the arrays.
    gradients : dict
        `W1 b1 W2 b2` (as printed) to an expression evaluated after `run`.
    output, loss : str
        Optional expressions for the submission's own a2 (in the axes of Y) and loss.
    script : ScriptContract or None
    lines : dict
        Dotted key to its line in the configuration, for messages.
    """

    file: str = "backprop.py"
    load: str = "definitions"
    axes: dict[str, str] = field(default_factory=lambda: dict(LAYOUTS["rows"]))
    run: str = ""
    gradients: dict[str, str] = field(default_factory=dict)
    output: str = ""
    loss: str = ""
    script: ScriptContract | None = None
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Sizes of the configured network: features `d`, hidden units `h`, outputs `k`."""

    d: int
    h: int
    k: int


@dataclass(frozen=True, kw_only=True)
class ProbeSettings:
    """
    What the probes may be.

    Attributes
    ----------
    seed : int
    keep : frozenset of str
        Which of the axes `d h k` must have the configured size; empty is "any".
    examples : int or None
        Number of examples of every probe; None is "any".
    targets : str
        `auto`, `real`, `binary` or `one-hot`.
    """

    seed: int = 0
    keep: frozenset[str] = frozenset()
    examples: int | None = None
    targets: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """
    One configuration, read and checked.

    Attributes
    ----------
    path : str
        As given.
    network : Network
    any_loss : bool
        `loss = "any"`: `network.loss` and its scale are then only a first guess.
    sizes : Sizes
    probes : ProbeSettings
    data : tuple of str
        Files of real inputs, targets and parameters, as absolute paths.
    contract : Contract or None
        None: the network itself is checked.
    """

    path: str
    network: Network
    sizes: Sizes
    any_loss: bool = False
    probes: ProbeSettings = ProbeSettings()
    data: tuple[str, ...] = ()
    contract: Contract | None = None
