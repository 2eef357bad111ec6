"""
How well gradients are explained by value: `python tests/benchmarks/explanation/run.py [PART]... [--count N]`.

Parts: singles, pairs, triples, unknown, cases; all of them by default. Everything is seeded.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "faults"))

from predicted import (  # noqa: E402 - found by the line above
    Planted,
    named,
    networks,
    planted,
    probes_of,
    silent,
    submit,
    through_columns,
)

from gradcheck.diagnosis.explain.by_value import Explainer  # noqa: E402
from gradcheck.diagnosis.explain.explanation import Explained, Submitted  # noqa: E402
from gradcheck.network.backward import gradients  # noqa: E402
from gradcheck.network.forward import Network  # noqa: E402
from gradcheck.probes import Probe  # noqa: E402

Problem = tuple[Network, tuple[Probe, ...], Explainer]


def problem(seed: int) -> Problem:
    """A network, probes of its own and an explainer, by seed."""
    network = networks()[seed % len(networks())]
    probes = probes_of(network, seed)
    return network, probes, Explainer(network, [probe.values for probe in probes])


def right(fault: Planted, found: Sequence[Explained]) -> bool:
    """Whether some finding goes by the name of a fault that was planted."""
    return any(fault.fault.name in names for names in named(found))


def singles(count: int) -> None:
    """Every entry at every site, one of its variations, in `count` networks, in both layouts."""
    tally: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for seed in range(count):
        network, probes, explainer = problem(seed)
        for one in planted(network):
            if one.variation != seed % max(1, len(one.fault.predictions)):
                continue
            submitted = submit(network, probes, [one])
            if submitted is None or silent(network, probes, submitted):
                tally["no mistake here, or no program runs"] += 1
                continue
            for layout in (submitted, through_columns(submitted, probes)):
                found = explainer.explain(layout)
                verdict = _verdict(one, found)
                tally[verdict] += 1
                if verdict not in ("named", "as a class"):
                    missed[f"{verdict}: {one.fault.name} at {one.site}"] += 1
    _print("singles", tally, missed)


def _verdict(one: Planted, found: Sequence[Explained]) -> str:
    if not found:
        return "undetected"
    if len(found) == 1 and right(one, found):
        return "as a class" if found[0].equivalent else "named"
    if right(one, found):
        return "named, with a second finding"
    return "misnamed" if any(names for names in named(found)) else "no name"


def combined(size: int, count: int) -> None:
    """`count` random sets of faults on different steps."""
    rng = np.random.default_rng(size)
    tally: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    problems = [problem(seed) for seed in range(10)]
    menus = [list(planted(network)) for network, _, _ in problems]
    times = []
    done = 0
    while done < count:
        index = int(rng.integers(len(problems)))
        network, probes, explainer = problems[index]
        chosen = [menus[index][i] for i in rng.choice(len(menus[index]), size, replace=False)]
        if len({one.site for one in chosen}) < size:
            continue
        submitted = submit(network, probes, chosen)
        if submitted is None or _hidden(network, probes, chosen, submitted):
            continue
        done += 1
        start = time.perf_counter()
        found = explainer.explain(submitted)
        times.append(time.perf_counter() - start)
        exact = len(found) == size and all(right(one, found) for one in chosen)
        if exact:
            tally["the same set of names"] += 1
        elif all(one.fault for one in found) and len(found) <= size:
            tally["another set, no larger, with the same values"] += 1
        else:
            reason = _reason(chosen, found, submitted, probes)
            tally["not explained"] += 1
            missed[reason] += 1
    times_ms = 1000 * np.array(times)
    _print(f"sets of {size}", tally, missed)
    middle, high = np.median(times_ms), np.percentile(times_ms, 95)
    print(f"  explaining took {middle:.0f} ms in the median, {high:.0f} ms at 95 %")


def _hidden(network: Network, probes: Sequence[Probe], chosen: Sequence[Planted], submitted: Submitted) -> bool:
    """Whether one of the faults changes nothing beside the others: then there are fewer."""
    for index in range(len(chosen)):
        rest = [one for position, one in enumerate(chosen) if position != index]
        without = submit(network, probes, rest) if rest else None
        if rest and without is not None and _equal(without, submitted):
            return True
    return silent(network, probes, submitted)


def _equal(one: Submitted, other: Submitted) -> bool:
    return one.probes == other.probes and all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=0)
        for name in one.gradients
        for a, b in zip(one.gradients[name], other.gradients[name], strict=True)
    )


def _reason(
    chosen: Sequence[Planted], found: Sequence[Explained], submitted: Submitted, probes: Sequence[Probe]
) -> str:
    """Why a set was not explained, as far as the sites tell."""
    if len(submitted.probes) == 1:
        return "runs where all sizes are equal only"
    sites = [one.site for one in chosen]
    forward = sum(site in ("z1", "a1", "z2", "a2") for site in sites)
    if forward > 1:
        return "several in the forward pass"
    for layer in (1, 2):
        here = [s for s in sites if s in (f"grad_a{layer}", f"slope{layer}", f"delta{layer}")]
        if len(here) > 1:
            return f"{' and '.join(sorted(s.rstrip('12') for s in here))} of one layer"
        if len({f"decay{layer}", f"w{layer}"} & set(sites)) > 1:
            return "a weight gradient and its decay"
    if all(one.fault for one in found):
        return "more faults than were planted"
    if forward:
        return "one in the forward pass, with others"
    return "others"


def unknown(count: int) -> None:
    """`count` wrong gradients that no entry makes: smooth distortions, scrambled entries, mixtures."""
    rng = np.random.default_rng(0)
    problems = [problem(seed) for seed in range(10)]
    tally: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for _ in range(count):
        network, probes, explainer = problems[int(rng.integers(len(problems)))]
        kind, distort = list(_distortions(rng))[int(rng.integers(4))]
        tables = [distort(gradients(network, probe.values)) for probe in probes]
        names = network.parameters
        submitted = Submitted(
            tuple(range(len(probes))), {name: tuple(table[name] for table in tables) for name in names}
        )
        found = explainer.explain(submitted)
        given = [one.fault.name for one in found if one.fault]
        tally["named" if given else "not named"] += 1
        for name in given:
            missed[f"{kind}: {name}"] += 1
    _print("gradients that no entry makes", tally, missed)


Table = dict[str, np.ndarray]


def _distortions(rng: np.random.Generator) -> Iterator[tuple[str, Callable[[Table], Table]]]:
    """Wrong gradients of each kind, by functions of the right ones that are the same on every probe."""
    strength, frequency, mix = rng.uniform(0.1, 0.9), rng.uniform(1, 5), rng.uniform(0.2, 0.8)
    seed, kept = int(rng.integers(1 << 30)), str(rng.choice(["w1", "b1", "w2", "b2", ""]))

    def smooth(table: Table) -> Table:
        return {
            name: g
            if name == kept
            else g + strength * np.abs(g).max() * np.sin(frequency * g / np.abs(g).max() + 1)
            for name, g in table.items()
        }

    def scrambled(table: Table) -> Table:
        own = np.random.default_rng(seed)
        return {
            name: g if g.size < 3 else own.permutation(g.ravel()).reshape(g.shape) for name, g in table.items()
        }

    def mixture(table: Table) -> Table:
        return {name: mix * g + (1 - mix) * g[::-1, ::-1] ** 2 / np.abs(g).max() for name, g in table.items()}

    def noisy(table: Table) -> Table:
        own = np.random.default_rng(seed)
        return {name: g * own.uniform(0.5, 1.5, g.shape) for name, g in table.items()}

    yield "smooth distortion", smooth
    yield "scrambled", scrambled
    yield "mixture", mixture
    yield "weighted at random", noisy


def cases(count: int) -> None:
    """Time to explain each case of the case folder, with predictions shared by a class's submissions."""
    from gradcheck.config import read
    from gradcheck.diagnosis import examining
    from gradcheck.submissions.sandbox import Sandbox
    from gradcheck.verification import Verifier

    times: list[float] = []
    original = examining.explain

    def timed(case: examining.Examination) -> tuple[Explained, ...]:
        start = time.perf_counter()
        try:
            return original(case)
        finally:
            times.append(time.perf_counter() - start)

    examining.explain = timed
    with Sandbox("none") as sandbox:
        for config in sorted((ROOT / "cases").rglob("assignment.toml")):
            verifier = Verifier(read(str(config)), sandbox, feedback="verdict")
            for path in sorted(config.parent.glob("*.py")):
                if not path.with_suffix(".toml").exists():
                    verifier.verify(str(path))
    examining.explain = original
    milliseconds = 1000 * np.array(times)
    middle, most = np.median(milliseconds), milliseconds.max()
    print(f"cases: {len(times)} explained, {middle:.1f} ms in the median, {most:.0f} at most")


def _print(title: str, tally: Counter[str], missed: Counter[str]) -> None:
    print(f"{title}: {tally.total()}")
    for name, number in tally.most_common():
        print(f"  {number:6d}  {100 * number / tally.total():5.1f} %  {name}")
    for name, number in missed.most_common(25):
        print(f"          {number:6d}  {name}")


PARTS: dict[str, tuple[Callable[[int], None], int]] = {
    "singles": (singles, 50),
    "pairs": (lambda count: combined(2, count), 1000),
    "triples": (lambda count: combined(3, count), 1000),
    "unknown": (unknown, 1000),
    "cases": (cases, 0),
}


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART")
    parser.add_argument("--count", type=int)
    arguments = parser.parse_args()
    for part in arguments.parts:
        run, count = PARTS[part]
        run(arguments.count or count)


if __name__ == "__main__":
    main()
