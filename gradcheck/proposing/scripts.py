"""Candidates: one pass of a training loop, into which the arrays are injected under the program's own names."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.config import Contract, ScriptContract
from gradcheck.diagnosis.repair.writing import alike
from gradcheck.network.forward import Array
from gradcheck.proposing import inside, loops, prints, vocabulary
from gradcheck.proposing.calls import RATE
from gradcheck.proposing.candidates import Candidate, laid_out, rows
from gradcheck.proposing.constructing import constructions, last_part
from gradcheck.proposing.exploring import SIZES, drawn
from gradcheck.proposing.facts import Facts
from gradcheck.proposing.functions import globals_set
from gradcheck.proposing.layouts import Layout
from gradcheck.proposing.loops import Training
from gradcheck.proposing.readouts import PARAMETERS
from gradcheck.proposing.recognising import GIVEN_DECAY
from gradcheck.proposing.sizes import made_with, sizes
from gradcheck.proposing.usage import counts, takes_apart
from gradcheck.submissions.job import Job
from gradcheck.submissions.sandbox import Sandbox
from gradcheck.submissions.targets import last_name, scope_walk

_MOST = 40  # surveys of one loop
_CALLS = 4  # of its function
_OBJECTS = 2  # ways of making the object whose loop it is
# only one round is run; of few a program may make none at all: `epoch % (epochs // 10)`
_PLAIN = {"rate": str(RATE), "rounds": "100", "batch_size": "n", "decay": str(GIVEN_DECAY)}


def candidates(sandbox: Sandbox, path: str, facts: Facts) -> Iterator[Candidate | str]:
    """Inject into every loop that has the network in it."""
    for training in loops.trainings(facts):
        setup = globals_set(facts) if training.function else ""
        made = itertools.islice(constructions(training.owner, facts), _OBJECTS) if training.owner else ("",)
        for call in made:
            made_so = replace(training, made=call)
            yield from of_training(sandbox, path, made_so, known(facts, training), setup)


def known(facts: Facts, training: Training) -> dict[str, str]:
    """Names to inject beside data and parameters: sizes that the data would give, options, and weight decay."""
    found = sizes(facts, training.body, training.found.places, training.found.axes)
    return (
        dict.fromkeys(counts(facts), "n")
        | found
        | loops.options(facts, _PLAIN)
        | dict.fromkeys(loops.decays(facts, training), str(GIVEN_DECAY))
    )


def of_training(
    sandbox: Sandbox, path: str, training: Training, more: Mapping[str, str], setup: str = ""
) -> Iterator[Candidate | str]:
    """Survey one loop in several layouts, after some statements; make candidates where all parameters move."""
    made: list[tuple[int, Candidate]] = []
    why, done = "", False
    missing = dict(more)
    for candidate in itertools.islice(itertools.chain(*map(_tries, _forms(training))), _MOST):
        contract = replace(candidate.contract, run=setup + candidate.contract.run)
        candidate = with_injected(replace(candidate, contract=contract), missing)
        views = survey(sandbox, path, candidate)
        while isinstance(views, str) and (name := _undefined(views)) and name not in missing:
            missing[name] = _PLAIN.get(vocabulary.kind(name), "2")
            candidate = with_injected(candidate, missing)
            views = survey(sandbox, path, candidate)
        if isinstance(views, str):
            why = why or views
            continue
        if training.straight:
            for gradients in _once(views, candidate):
                done = True
                yield replace(candidate, contract=replace(candidate.contract, gradients=gradients))
            continue
        read = [_gradients(views, candidate, training.literal, of_steps) for of_steps in (True, False)]
        steps = [(len(one), one) for one in _steps(views, candidate)]
        for exact, gradients in [*read[: 1 + (read[0] != read[1])], *steps]:
            if len(gradients) == len(candidate.contract.gradients):
                contract = replace(candidate.contract, gradients=gradients)
                made.append((exact, replace(candidate, contract=contract)))
                if exact == len(gradients):
                    yield made.pop()[1]
                    done = True
    yield from (candidate for _, candidate in sorted(made, key=lambda one: -one[0]))
    if why and not (made or done):
        yield why


def with_injected(candidate: Candidate, more: Mapping[str, str]) -> Candidate:
    """The candidate with further injected names."""
    script = candidate.contract.script
    assert script is not None
    inject = {**more, **script.inject}
    return replace(candidate, contract=replace(candidate.contract, script=replace(script, inject=inject)))


def _undefined(message: str) -> str:
    """Name that a pass lacked."""
    match = re.search(r"name '(\w+)' is not defined", message)
    return match[1] if match else ""


def _forms(training: Training) -> Iterator[Training]:
    """The loop as it stands, and with a list of columns where it takes one column after the other."""
    yield training
    found = training.found
    if found.indexed and found.axes.get("X") == "d n" and not training.form:
        axes = {**found.axes, "X": "n d", "b1": "h 1", "b2": "k 1"}
        yield replace(training, form="[..., None]", found=replace(found, axes=axes))


def _tries(training: Training) -> Iterator[Candidate]:
    """Contracts to survey: the targets, their axes, the shape of biases, one example or several, the loop."""
    places = training.found.places
    names = [name for name in PARAMETERS if name in places]
    taken = set(places.values())
    taken |= loops.bound(training)
    targets = [place for place in training.found.targets if place not in taken and "." not in place]
    plain = [place for place in targets if vocabulary.kind(place) not in ("rate", "rounds", "batch_size")]
    targets = sorted(plain, key=lambda place: vocabulary.kind(place) != "Y")[:3]
    rate = next(iter(loops.rates(training)), "")
    inner = any(isinstance(node, ast.For | ast.While) for node in scope_walk(training.body))
    numbers = (1, 2) if inner or training.steps or not training.found.axes else (1,)
    for layout in _layouts(training):
        for loop in numbers:
            for target in targets:
                if len({*places.values(), target}) <= len(places):
                    continue
                end = ".tolist()" if layout.lists else ""
                matrix = "np.matrix({})" if training.matrices and not layout.lists else "{}"
                inject = {rate: str(RATE)} if rate else {}
                inject |= dict.fromkeys(training.steps, "n")
                form = training.form if layout.axes["Y"] != "labels" else ""
                arrays = {places["X"]: f"X{training.form}{end}", target: f"Y{form}{end}"}
                arrays |= {places[name]: f"{name}{end}" for name in names}
                inject |= {place: matrix.format(text) for place, text in arrays.items()}
                script = ScriptContract(inject=inject, loop=loop, function=training.name)
                for run in _calls(training, inject) if training.function else ("",):
                    contract = Contract(
                        axes=layout.axes,
                        run=run,
                        script=script,
                        # what is gone through once may change no parameter
                        gradients={
                            name: "0.0" if training.straight else f"after({places[name]!r})" for name in names
                        },
                    )
                    yield Candidate(contract=contract, layout=layout)


def _layouts(training: Training) -> Iterator[Layout]:
    """Layouts that the program's products allow."""
    found = training.found.axes
    if training.written.get(training.found.places["X"]) == 1 and found:
        yield from _of_vector(training)
        return
    whole = {"n": training.examples} if training.examples else {}
    if not found:
        yield from _lists("b1" in training.found.places, whole)
        return
    rowwise = found["X"] == "n d"
    weights = {"X": found["X"], "W1": found["W1"], "W2": found["W2"]}
    either = rowwise and found["W1"] == "h d"  # `X @ W1.T + b1`, or `W1 @ X.T + b1` with all else in columns
    biases = [{"b1": "1 h", "b2": "1 k"}, {"b1": "h", "b2": "k"}] if rowwise else []
    biases += [{"b1": "h 1", "b2": "k 1"}] if either or not rowwise else []
    if not {"b1", "b2"} & training.found.places.keys():
        biases = biases[:1]
    elif {"b1", "b2"} <= found.keys():
        biases = [{name: found[name] for name in ("b1", "b2")}]
    several: list[dict[str, int]] = [] if training.form else [whole]
    ways = ["n k", "k n"] if rowwise else ["k n", "n k"]
    turned = either or any(
        isinstance(node, ast.Attribute) and node.attr == "T" and last_name(node.value) in training.found.targets
        for node in scope_walk(training.body)
    )
    for pins in (*several, {"n": 1}) if training.found.indexed else several:
        for y in (*ways[: 1 + turned], "labels"):
            for bias in biases:
                yield Layout({**weights, "Y": y, **bias}, pins)
        for y, bias in itertools.product(("n", ways[0]), biases):
            yield Layout({**weights, "Y": y, **bias}, {**pins, "k": 1})
        one_output = {"Y": "n", "W2": "h", "b1": "h"}
        for bias_2 in ("", "1"):
            yield Layout({**weights, **one_output, "b2": bias_2}, {**pins, "k": 1})


def _of_vector(training: Training) -> Iterator[Layout]:
    """Layouts of one example that is a vector, with one output and with several, as far as others are written."""
    found, places = training.found, training.found.places
    weights = {name: found.axes[name] for name in ("W1", "W2")}
    outputs = [{"Y": y, **one, "b2": last} for y in ("", "1") for one in ({"W2": "h"}, {}) for last in ("", "1")]
    known = {one: count for one, count in training.written.items() if one in places.values()}
    targets = {training.written[one] for one in found.targets if one in training.written} or {0, 1}
    for given, pins in (*((one, {"k": 1}) for one in outputs), *(({"Y": y}, {}) for y in ("k", "labels"))):
        axes = {**weights, "X": "d", "b1": "h", "b2": "k", **given}
        counts = {place: len(axes[name].split()) for name, place in places.items()}
        if counts.items() >= known.items() and len(axes["Y"].split()) in targets:
            yield Layout(axes, {"n": 1, **pins})


def _lists(biased: bool, whole: dict[str, int]) -> Iterator[Layout]:
    """Layouts of programs that go through nested lists, one example after another: all of them, or one."""
    given = {"X": "n d", "b1": "h"}
    for pins in (whole, {"n": 1}):
        for first, second in (("d h", "h k"), ("h d", "k h")):
            yield Layout({**given, "Y": "n k", "W1": first, "W2": second, "b2": "k"}, pins, lists=True)
            for last in ("", "1") if biased else ("",):
                axes = {**given, "Y": "n", "W1": first, "W2": "h", "b2": last}
                yield Layout(axes, {**pins, "k": 1}, lists=True)
                yield Layout({**axes, "Y": "n 1"}, {**pins, "k": 1}, lists=True)


def _calls(training: Training, inject: Mapping[str, str]) -> Iterator[str]:
    """
    Enumerate calls of the function that has the loop; of a method those of an object that is made for it.

    A size is what the function itself makes parameters with; one may stand for two: `rand(size, 3)` and then
    `rand(3, size)`.
    """
    function = training.function
    assert function is not None
    values = {**_PLAIN, "X": "X", "Y": "Y"}
    sizes = [name for name in function.required if name not in inject and vocabulary.kind(name) == "size"]
    letters = {name: [letter] for name, letter in vocabulary.sizes(sizes).items()}
    letters |= made_with(function.node.body, training.found.places, training.found.axes)
    letters |= {name: ["[d, h, k]"] for name in sizes if takes_apart(function, name)}
    choices = [
        [inject[name]] if name in inject else letters.get(name) or [values.get(vocabulary.kind(name), "h")]
        for name in function.required
    ]
    for arguments in itertools.islice(itertools.product(*choices), _CALLS):
        call = f"{function.name}({', '.join(arguments)})"
        yield f"net = {training.made}\nnet.{call}" if training.made else call


@dataclass(frozen=True)
class View:
    """What a pass left at one size: path to array; and what was injected."""

    left: Mapping[str, Array]
    given: Mapping[str, Array]


def survey(sandbox: Sandbox, path: str, candidate: Candidate) -> list[View] | str:
    """Run one pass and look at everything there is at its end; or why it could not be."""
    text = f"[_own := {{}}, exec({inspect.getsource(inside)!r}, _own), _own['survey'](locals(), globals())][-1]"
    gradients = candidate.contract.gradients
    first = next(iter(gradients))
    contract = replace(candidate.contract, gradients={**gradients, first: f"after({text!r})"})
    sizes = [{**one, **candidate.layout.pins} for one in SIZES]
    inputs = tuple(laid_out(candidate, rows(drawn(one), candidate.contract), one) for one in sizes)
    result = sandbox.run(Job(path=path, contract=contract, inputs=inputs))
    if len(result.probes) < len(sizes):
        return result.message or "not run"
    views = []
    for probe, given in zip(result.probes, inputs, strict=True):
        if probe.status != "ok" or first not in probe.gradients:
            return probe.message or next(iter(probe.missing.values()), "not run")
        found = inside.unpacked(probe.gradients[first])
        left = {one["path"]: np.reshape(one["values"], one["shape"]) for one in found}
        views.append(View(left, given.arrays))
    return views


def _gradients(
    views: Sequence[View], candidate: Candidate, literal: str, of_steps: bool
) -> tuple[int, dict[str, str]]:
    """
    Choose an expression for each gradient.

    Parameters
    ----------
    views : sequence of View
    candidate : Candidate
    literal : str
        The rate that is written out, if one is.
    of_steps : bool
        Whether what a parameter is moved by as it is may be its gradient, though there is a rate: else that is
        in it.

    Returns
    -------
    int
        How many have exactly the parameter's shape.
    dict
        What a parameter moved along, if the program has a name for it; else by how much it moved.
    """
    assert candidate.contract.script is not None
    inject = candidate.contract.script.inject
    given = re.compile(rf"[=(,] ?{re.escape(str(RATE))}[,)]")
    rated = str(RATE) in inject.values() or any(map(given.search, (*inject.values(), candidate.contract.run)))
    rate = str(RATE) if rated else literal
    gradients: dict[str, str] = {}
    exact = 0
    unknown = {*candidate.contract.gradients}
    places = _places(candidate)
    for name in candidate.contract.gradients:
        place = places[name]
        moved = [
            view.left[place] - view.given[name] for view in views if _fits(view.left.get(place), view.given[name])
        ]
        if len(moved) < len(views) or not all(one.any() for one in moved):
            continue
        along = _along(views, moved, place, of_steps or not rated)
        along = along or (_by_print(views, name, place, candidate) if of_steps else None)
        if along is None or not vocabulary.is_gradient(last_part(along[1])):
            along = _beside(views, name, place) or along
        unknown -= {name} if along else set()
        # with one example a delta equals the bias's gradient
        if along is not None and (not rated or (along[0] and candidate.layout.pins.get("n") != 1)):
            exact += along[0]
            gradients[name] = along[1]
        else:
            exact += views[0].left[place].shape == views[0].given[name].shape
            gradients[name] = _moved(name, place, rate)
    gradients = _alike(gradients, {name: places[name] for name in unknown}, places, views[0])
    still = [name for name in candidate.contract.gradients if name not in gradients]
    if len(still) == 1 and len(gradients) > 2 and still[0] not in ("W1", "W2"):  # an update that is forgotten
        gradients[still[0]] = _moved(still[0], places[still[0]], rate)
    return exact, gradients


def _steps(views: Sequence[View], candidate: Candidate) -> Iterator[dict[str, str]]:
    """
    Read arrays of one kind that all parameters moved along, by one factor, if there are several: `dW1`, `mean_W1`.

    An average of gradients is a multiple of the gradient at first, as the step is that is made of both.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, place in _places(candidate).items():
        moved = [
            view.left[place] - view.given[name] for view in views if _fits(view.left.get(place), view.given[name])
        ]
        for path in views[0].left if len(moved) == len(views) and all(one.any() for one in moved) else ():
            if path != place and all(_fits(view.left.get(path), view.given[name]) for view in views):
                factors = [_factor(move, view.left[path]) for move, view in zip(moved, views, strict=True)]
                if None not in factors and np.ptp(np.array(factors)) <= 1e-6 * abs(factors[0]):  # type: ignore
                    kind = path.replace(last_part(place), "*")
                    sign = "" if factors[0] < 0 else "-"  # type: ignore
                    found.setdefault((kind, f"{factors[0]:.4g}"), {})[name] = f"{sign}after({path!r})"
    whole = [one for one in found.values() if one.keys() == candidate.contract.gradients.keys()]
    yield from whole if len(whole) > 1 else ()


def _once(views: Sequence[View], candidate: Candidate) -> Iterator[dict[str, str]]:
    """
    Read the gradients of a network that is gone through once, by the names of what it ends with.

    It may give the new parameters names of their own, or have the steps alone; they count only if those of a
    weight are right ones for some network, and if there are those of all parameters, named alike.
    """
    places = _places(candidate)
    biases = tuple(name for name in places if name[0] == "b")
    for new in (True, False):
        right = [
            (name, path)
            for path in reversed([*views[0].left])
            for name in ("W2", "W1")
            if path not in places.values()
            and all(_fits(view.left.get(path), view.given[name]) for view in views)
            and prints.of_arrays(
                [view.given[name] - view.left[path] if new else view.left[path] for view in views],
                name,
                candidate.layout,
                biases,
            )
        ]
        for name, path in right:
            found = {other: _named_like(path, name, other, places, views[0]) for other in places}
            if all(found.values()):
                for divided in (f" / {RATE}", ""):
                    yield {
                        other: f"({other} - after({one!r})){divided}" if new else f"after({one!r}){divided}"
                        for other, one in found.items()
                    }
                return


def _named_like(path: str, name: str, other: str, places: Mapping[str, str], view: View) -> str:
    """What is called for another parameter as a path is for one: `dW2` goes with `dW1`, and `db1`, too."""
    weight = f"W{other[1]}"
    of_weight = path.replace(*_difference(places[name], places[weight])) if weight != name else path
    likely = [path.replace(places[name], places[other])]
    likely.append(of_weight if weight == other else of_weight.replace(places[weight], places[other]))
    taken = {*places.values(), path if other != name else "", of_weight if other != weight else ""}
    return next((one for one in likely if one in view.left and one not in taken), "")


def _places(candidate: Candidate) -> dict[str, str]:
    """Where a program has the parameters."""
    assert candidate.contract.script is not None
    inject = candidate.contract.script.inject
    places = {re.sub(r"^np\.matrix\(|\)$|\.tolist\(\)$", "", value): key for key, value in inject.items()}
    return {name: places[name] for name in candidate.contract.gradients}


def _moved(name: str, place: str, rate: str) -> str:
    """By how much a parameter moved, in terms of the rate."""
    return f"({name} - after({place!r}))" + (f" / {rate}" if rate else "")


def _alike(
    gradients: Mapping[str, str], unknown: Mapping[str, str], places: Mapping[str, str], view: View
) -> dict[str, str]:
    """Read a gradient that nothing moved along under the name that goes with the others': `dW1` beside `db1`."""
    found = dict(gradients)
    read = {name: text for name, text in gradients.items() if re.fullmatch(r"-?after\(.*\)", text)}
    for name, text in read.items():
        path = ast.literal_eval(text[text.index("(") + 1 : -1])
        for other in unknown:
            for beside in (
                path.replace(places[name], places[other]),
                path.replace(*_difference(places[name], places[other])),
            ):
                if beside != path and beside in view.left and view.left[beside].size == view.given[other].size:
                    found[other] = text[: text.index("(") + 1] + repr(beside) + ")"
    return found


def _difference(one: str, other: str) -> tuple[str, str]:
    """What two texts have between what they begin and end with alike."""
    start, end = alike(one, other)
    return one[start : len(one) - end], other[start : len(other) - end]


def _fits(left: Array | None, given: Array) -> bool:
    return left is not None and left.squeeze().shape == given.squeeze().shape and left.shape == given.shape


def _by_print(views: Sequence[View], name: str, place: str, candidate: Candidate) -> tuple[bool, str] | None:
    """The array that is a right gradient of a parameter, though that did not move along it."""
    biases = tuple(one for one in candidate.contract.gradients if one[0] == "b")
    # what began at zero lies along its gradient, too
    for path in sorted(views[0].left, key=lambda path: not vocabulary.is_gradient(last_part(path))):
        if all(path in view.left for view in views) and path != place:
            arrays = [view.left[path] for view in views]
            given = [view.given[name] for view in views]
            same = all(_fits(array, one) for array, one in zip(arrays, given, strict=True))
            if same and prints.of_arrays(arrays, name, candidate.layout, biases):
                return True, f"after({path!r})"
    return None


def _beside(views: Sequence[View], name: str, place: str) -> tuple[bool, str] | None:
    """The gradient that an object keeps beside a parameter: `layer.w.grad` beside `layer.w.data`."""
    stem, dot, own = place.rpartition(".")
    paths = [
        path
        for path in views[0].left
        if dot and path.rpartition(".")[0] == stem and vocabulary.is_gradient(last_part(path))
        if all(_fits(view.left.get(path), view.given[name]) for view in views)
    ]
    named = [path for path in paths if own in path.rpartition(".")[2]] or paths
    return (True, f"after({named[0]!r})") if len(named) == 1 else None


def _along(views: Sequence[View], moved: Sequence[Array], place: str, of_steps: bool) -> tuple[bool, str] | None:
    """The array that a parameter was moved along at both sizes, by the same factor; 1 only if it may be that."""
    for path in sorted(views[0].left, key=lambda path: not vocabulary.is_gradient(last_part(path))):
        if views[0].left[path].size != moved[0].size or not all(path in view.left for view in views):
            continue
        if all(np.array_equal(view.left[path], view.left[place]) for view in views):
            continue  # the parameter itself, which moves along itself where it only decays
        factors = [_factor(move, view.left[path]) for move, view in zip(moved, views, strict=True)]
        if None in factors or abs(factors[0] - factors[1]) > 1e-6 * abs(factors[0]):  # type: ignore
            continue
        if not of_steps and abs(abs(factors[0]) - 1) < 1e-6:  # type: ignore
            continue
        sign = "" if factors[0] < 0 else "-"  # type: ignore
        same = all(view.left[path].shape == move.shape for view, move in zip(views, moved, strict=True))
        return same, f"{sign}after({path!r})"
    return None


def _factor(moved: Array, array: Array) -> float | None:
    """Factor between two arrays of one shape, axes of length one aside."""
    one, other = moved.squeeze(), array.squeeze()
    if one.shape != other.shape or not other.any():
        return None
    factor = float((one * other).sum() / (other**2).sum())
    return factor if np.abs(one - factor * other).max() <= 1e-5 * np.abs(one).max() else None
