"""
What each gradient checker says in the situations that checkers' tests are about.

    python tests/benchmarks/peers_situations/table.py

Needs torch, jax, autograd and scipy beside gradcheck. A cell has what is said of the right gradient, then of the
wrong one; **bold** is a false alarm or a miss.
"""

from __future__ import annotations

import numpy as np
from checkers import CHECKERS, said
from situations import SITUATIONS

LENGTH = 48


def cell(right: str | None, wrong: str | None) -> str:
    """Both answers in short."""
    parts = []
    if right != "":
        parts.append("passes" if right is None else f"**rejects the right one**: {_short(right)}")
    if wrong != "":
        parts.append("**misses the wrong one**" if wrong is None else f"finds: {_short(wrong)}")
    return "; ".join(parts)


def _short(text: str) -> str:
    text = text.replace("|", "/")
    return text if len(text) <= LENGTH else text[: LENGTH - 3] + "..."


def main() -> None:
    """Print the table of the benchmarks' README, and the score."""
    print("| situation | " + " | ".join(CHECKERS) + " |\n|---" * 1 + "|---" * len(CHECKERS) + "|")
    alarms, misses = dict.fromkeys(CHECKERS, 0), dict.fromkeys(CHECKERS, 0)
    for situation in SITUATIONS:
        cells = []
        for name, checker in CHECKERS.items():
            if name in situation.cannot_happen:
                cells.append("can't happen: arrays are immutable")
                continue
            np.random.seed(0)  # some of them draw from the global generator
            right = said(checker, situation, situation.right)
            wrong = said(checker, situation, situation.wrong)
            alarms[name] += bool(right)
            misses[name] += wrong is None
            cells.append(cell(right, wrong))
        print(f"| {situation.name} | " + " | ".join(cells) + " |")
    print("| false alarms | " + " | ".join(map(str, alarms.values())) + " |")
    print("| misses | " + " | ".join(map(str, misses.values())) + " |")


if __name__ == "__main__":
    main()
