"""
What stands for the other layer: `b1` for `b2`, and `bias_o` for `bias_h` where values tell.

Digits say it themselves. Of other names it is learnt by value: what holds x belongs to what holds a1,
and what holds W1 to what holds W2; and the words in which two such names differ tell the same of further names.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from difflib import SequenceMatcher
from types import MappingProxyType

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program

Renaming = Callable[[str], str]
_WORD = re.compile(r"\d+|[^\W\d_][^\W\d_A-Z]*")
_LOWER, _UPPER = re.compile(r"(?<=[a-zW])1"), re.compile(r"(?<=[a-zW])2")
_UP = {"x": "a1", "x w1": "a1 w2"}
_DOWN = {above: below for below, above in _UP.items()}


class Twins:
    """
    The names of one version of a program that belong together.

    Parameters
    ----------
    program : Program
    observation : Observation
        Tells what the names hold.
    asked : mapping, optional
        Where the gradients are asked for, by parameter: for both layers the same but for their names.
    """

    def __init__(
        self, program: Program, observation: Observation, asked: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.program, self.asked = program, asked
        # by quantity: what holds it, and the names that this takes
        self._texts: dict[str, dict[str, set[str]]] = {}
        self._held: dict[str, set[str]] = {}
        self._renamings: dict[ast.AST, tuple[Renaming, ...]] = {}
        filled: dict[str, bool] = {}
        for text, number, used in program.scopes.atoms:
            match = observation.match(number)
            for name in match.names if match else ():
                self._texts.setdefault(name, {})[text] = used
                self._held.setdefault(text, set()).add(name)
            if observation.holds_array(number):
                filled[text] = filled.get(text, False) or any(value.any() for value in observation.values[number])
        self._empty = {text: used for text, _, used in program.scopes.atoms if not filled.get(text, True)}
        self._words = {above: dict(self._learnt(above)) for above in (True, False)}

    def empty(self, function: ast.AST) -> list[str]:
        """Names of arrays of zeros: that they are still zeros may be what is wrong."""
        names = self.program.scopes.names(function)
        return [text for text, used in self._empty.items() if used <= names]

    def holding(self, quantity: str, function: ast.AST) -> list[str]:
        """Texts that hold a quantity and can be used in a function."""
        names = self.program.scopes.names(function)
        return [text for text, used in self._texts.get(quantity, {}).items() if used <= names]

    def renamings(self, function: ast.AST) -> tuple[Renaming, ...]:
        """Give what writes a text for the other layer: by its digits, for the layer above, for the one below."""
        if function not in self._renamings:
            names = self.program.scopes.names(function)
            self._renamings[function] = (twin, *(self._renaming(above, names) for above in (True, False)))
        return self._renamings[function]

    def _renaming(self, above: bool, names: Set[str]) -> Renaming:
        def rename(text: str) -> str:
            found = [
                other
                for quantity in sorted(self._held.get(text, ()))
                for other, used in self._texts.get(_counterpart(quantity, above), {}).items()
                if used <= names and other != text and not _is_part(other, text) and not _is_part(text, other)
            ]
            if found:
                return max(found, key=lambda other: SequenceMatcher(None, text, other).ratio())
            words = self._words[above]
            return _WORD.sub(lambda word: words.get(word[0], word[0]), text)

        return rename

    def _learnt(self, above: bool) -> Iterator[tuple[str, str]]:
        """Words that stand for this layer and the other: those in which two names differ that belong together."""
        alike = [
            (text, other)
            for quantity, texts in self._texts.items()
            for text in texts
            for other in self._texts.get(_counterpart(quantity, above), ())
        ]
        alike += [
            (text, self.asked[other])
            for name, text in self.asked.items()
            if (other := _counterpart(name, above)) in self.asked and not re.search(r"\[\d", text)
        ]
        votes = Counter(pair for text, other in alike for pair in _differing(text, other))
        yield from (pair for pair, _ in reversed(votes.most_common()))  # the most frequent is what stays


def _is_part(text: str, whole: str) -> bool:
    """Whether one text names an attribute or an item of the other."""
    return re.match(rf"{re.escape(whole)}[.\[]", text) is not None


def _counterpart(quantity: str, above: bool) -> str:
    """Name the quantity that is to the other layer what this one is to its own; "" where there is none."""
    special, digit, new = (_UP, _LOWER, "2") if above else (_DOWN, _UPPER, "1")
    found = special[quantity] if quantity in special else digit.sub(new, quantity)
    return found if found != quantity else ""


def _differing(text: str, other: str) -> Iterator[tuple[str, str]]:
    """Give the words in which two texts differ, if it is only one, however often."""
    words, others = _WORD.findall(text), _WORD.findall(other)
    if _WORD.sub("", text) == _WORD.sub("", other) and len(words) == len(others):
        pairs = {pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]}
        if len(pairs) == 1 and len(words) > 1:
            yield from pairs
