"""What prevents a check. A wrong gradient is a value in a report, never one of these."""

from __future__ import annotations


class GradcheckError(Exception):
    """
    The check could not be done.

    The message says, in this order, what was looked at, what was found, what was expected and what to do.

    Parameters
    ----------
    subject : str
        What the message is about: a key of the configuration, a parameter, a file.
    found, expected : str, optional
        Completed to "has ..., expected ...".
    hint : str, optional
        What to do about it.

    Examples
    --------
    >>> print(GradcheckError("`b2`", "shape (7,)", "(1, 2)", "sum over the examples with axis=0, keepdims=True"))
    `b2` has shape (7,), expected (1, 2): sum over the examples with axis=0, keepdims=True
    """

    def __init__(self, subject: str, found: str = "", expected: str = "", hint: str = "") -> None:
        self.subject, self.found, self.expected, self.hint = subject, found, expected, hint
        text = subject
        if found:
            text += f" has {found}"
        if expected:
            text += f", expected {expected}"
        if hint:
            text += f": {hint}"
        super().__init__(text)


class ConfigError(GradcheckError):
    """The configuration can't be read or contradicts itself; exit status 2."""


class DataError(GradcheckError):
    """A file of inputs, targets or parameters doesn't fit the configuration; exit status 2."""


class NonFiniteError(GradcheckError):
    """The loss is nan or infinite where it has to be differentiated; names the entry."""


class SandboxError(GradcheckError):
    """A wall that `--sandbox strict` asks for can't be put up, or the sandbox itself broke; exit status 2."""


class UngradableError(GradcheckError):
    """A submission doesn't meet its contract: outcome `ungradable`, and a message for whoever can mend it."""
