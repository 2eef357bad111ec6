"""Where an explained mistake, or one that nothing explains, may have been made."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from gradcheck.diagnosis import messages
from gradcheck.diagnosis.examination import Examination, Watched, are_nothing, missing, not_finite
from gradcheck.diagnosis.explain.explanation import Explained
from gradcheck.diagnosis.explain.fitting import TOLERANCE
from gradcheck.diagnosis.explain.ways import evaluate
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.placing import called, places
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.proportion import ratio
from gradcheck.diagnosis.locate.quantities import NOTHING, PLAIN
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.suspects import FED, feeders, forming, is_length, suspects
from gradcheck.diagnosis.locate.table import Table
from gradcheck.diagnosis.locate.unfinished import unfinished
from gradcheck.diagnosis.locate.unread import Place, unread
from gradcheck.diagnosis.locate.uses import names_given, names_read
from gradcheck.diagnosis.locate.writers import writers
from gradcheck.diagnosis.numbers import FACTORS, numbers
from gradcheck.diagnosis.repair.calling import FILLED
from gradcheck.diagnosis.repair.hoisting import makers_of
from gradcheck.diagnosis.repair.substituting import LAYERS, Substitution
from gradcheck.faults import layer_of
from gradcheck.findings import Finding, Location
from gradcheck.network.backward import Trace
from gradcheck.network.forward import Array, printed
from gradcheck.submissions.reading import Source
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

ALTERNATIVES = 3
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_BEGUN = 2  # of them, what is begun and not gone on with
_NAMED = 2  # of them, where names tell a place as well as values


@dataclass(frozen=True)
class Located:
    """
    Where a fault may be.

    Attributes
    ----------
    places : tuple of Location
        The likeliest first.
    names : str
        What the program calls the quantities around it.
    lines : tuple of int
        The lines of `places` in `Source.text`.
    formed : dict
        For what nothing explains: the deltas that the wrong gradients are made of, if the program forms all of
        them as they ought to be, and what it calls them.
    """

    places: tuple[Location, ...] = ()
    names: str = ""
    lines: tuple[int, ...] = ()
    formed: dict[str, str] = field(default_factory=dict)


def located(case: Examination, watched: Watched | None, one: Explained) -> Located:
    """
    Rank the places that may have made a fault's value.

    Those that have it come first, then where values first go wrong. Where no value tells, it is names that do.
    """
    program = watched.program if watched else Program(case.source.text)
    roots, names, formed = _by_value(case, watched, one) if watched else ([], "", {})
    by_name, alone = _by_name(case, watched, program, one)
    by_value: list[ast.expr | ast.stmt] = [program.expression(root) for root in roots]
    if one.fault is None and len(one.parameters) == 1 and case.wrong_shape.issuperset(one.parameters):
        # what it comes to tells where it is laid otherwise
        by_value = [program.expression(root) for root in _coming_to(case, watched, one.site)]
    elif by_name and set(one.parameters) & set(missing(case)):
        by_value = []  # every value is right: it is only nowhere to be found
    first = [] if alone else by_value[:1]
    tried = numbers(case, program, one)
    names = "; ".join(filter(None, (names, tried.evidence)))
    by_line: dict[int, Location] = {}
    begun, idle = _begun(case, watched, program), _idle(case, watched, program)
    nothing = are_nothing(case, messages.downstream(one.site, case.wrong))
    first = [*begun, *first] if nothing or one.fault is None else [*first, *begun]
    # what was to be used and isn't leaves nothing; anything else may be of no use and do no harm
    first = [*idle[:_BEGUN], *first] if nothing else [*first, *idle[:1]]
    likely = [*tried.nodes, *_breaking(case, watched, one), *first, *by_name[:_NAMED], *by_value]
    for node in (*likely, *_made_before(program, likely[:1])):
        start, end = program.span(node)
        by_line.setdefault(program.position(start)[0], span(case.source, program, start, end))
    lines = tuple(by_line)[: 1 + ALTERNATIVES]
    return Located(tuple(by_line[line] for line in lines), names, lines, formed)


def _coming_to(case: Examination, watched: Watched | None, parameter: str) -> list[Root]:
    """The expressions that come to a gradient as it was submitted."""
    if watched is None or (submitted := _shown(case, watched, parameter)) is None:
        return []
    return forming(watched.program, watched.observation, submitted)


def _made_before(program: Program, nodes: Sequence[ast.stmt | ast.expr]) -> Iterator[ast.stmt]:
    """What gave some code its names, and what gave that its own: where there is nothing better."""
    for node in nodes:
        made = makers_of(program, node)
        yield from (*made, *(further for one in made for further in makers_of(program, one)))


def _begun(case: Examination, watched: Watched | None, program: Program) -> list[ast.stmt]:
    """Find what is begun and not gone on with, as far as it was run: a few, those first that an error tells of."""
    found = (one for one in unfinished(program) if _reached(watched, program, one))
    return [*_unmade(case, program), *found][:_BEGUN]


def _idle(case: Examination, watched: Watched | None, program: Program) -> list[Place]:
    """Find where something ought to be used that nothing reads, as far as it was run: a few."""
    asked = (case.contract.run, case.contract.output, case.contract.loss, *case.contract.gradients.values())
    found = unread(program, re.findall(r"\w+", " ".join(asked)))
    return [*dict.fromkeys(one for one in found if _reached(watched, program, one))]


def _reached(watched: Watched | None, program: Program, node: Place) -> bool:
    """Whether a statement was run, or one beside it, or what it stands in: it may have no value of its own."""
    statement = program.statement(node) if isinstance(node, ast.Lambda) else node
    if watched is None or statement is None:
        return True
    around = program.parents[id(statement)]
    beside = [*program.block(statement), *([around] if isinstance(around, ast.stmt) else [])]
    if any(map(watched.observation.ran, beside)):
        return True
    # of a loop over what has a name nothing has a value of its own
    return isinstance(around, ast.For | ast.While) and _reached(watched, program, around)


def _unmade(case: Examination, program: Program) -> list[ast.stmt]:
    """Find the statements that read a name which, as errors say, nothing gives a value."""
    said = (why for probe in case.result.probes for why in (probe.message, *probe.missing.values()))
    names = {name for why in said for name in _UNDEFINED.findall(why)}
    reads = [one for one in names_read(program.nodes) if one.id in names and not _has(program, one)]
    return [one for one in map(program.statement, reads) if one is not None]


def _has(program: Program, name: ast.Name) -> bool:
    """Whether a function around a name, or the module, gives it a value, or is handed it."""
    around = [one for one in program.ancestors(name) if isinstance(one, ast.FunctionDef | ast.Lambda | ast.Module)]
    handed = {
        arg.arg
        for one in around
        if not isinstance(one, ast.Module)
        for arg in walk(one.args)
        if isinstance(arg, ast.arg)
    }
    given = (one for one in names_given(program.nodes) if program.scope(one) in around)
    return name.id in handed or any(one.id == name.id for one in given)


def _by_name(
    case: Examination, watched: Watched | None, program: Program, one: Explained
) -> tuple[list[ast.stmt], bool]:
    """
    Find the statements that write a gradient that is wrong by itself.

    Where nothing makes it, the others' tell where its own ought to be made: first that of its layer's other one.

    Returns
    -------
    list of stmt
    bool
        Whether they begin with that other one: then values, of which none is its own, come later.
    """
    alone = one.fault is None and len(one.parameters) == 1  # then it is wrong by itself, whatever explains it
    site = one.parameters[0] if alone else one.site
    empty = are_nothing(case, [site])
    if site not in case.network.parameters or not (empty or one.fault is None):
        return [], False

    def written(names: Sequence[str]) -> list[ast.stmt]:
        found = writers(program, case.contract, names)
        return [statement for statement in found if watched is None or watched.observation.ran(statement)]

    def making(names: Sequence[str]) -> list[ast.stmt]:
        return [one for one in _making(written(names)) if getattr(program.scope(one), "name", "") != "__init__"]

    own = written([site])
    if not empty or making([site]):
        return own, False
    layer, kind = ([n for n in case.network.parameters if n[at] == site[at] and n != site] for at in (-1, 0))
    other = (making(layer) or making(kind))[:1]
    return [*dict.fromkeys([*other, *(own or written(case.network.parameters))])], bool(other)


def _making(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Those that do more than to begin with zeros; what returns something makes it only if nothing else does."""
    found = [one for one in statements if not isinstance(one, ast.Return)] or statements
    return [one for one in found if not _begins_or_names(one)]


def _begins_or_names(statement: ast.stmt) -> bool:
    """Whether a statement only makes arrays that are the same all over, or only hands on what has a name."""
    value = getattr(statement, "value", None)
    parts: list[ast.expr | None] = getattr(value, "elts", [value])
    named = all(isinstance(part, ast.Name | ast.Attribute | ast.Subscript) for part in parts)
    filled = all(isinstance(part, ast.Call) and last_name(part.func) in FILLED for part in parts)
    return filled or (named and isinstance(statement, ast.Return | ast.Assign))


def _by_value(case: Examination, watched: Watched, one: Explained) -> tuple[list[Root], str, dict[str, str]]:
    """Places, the likeliest first, what the program calls what is around them, and the deltas that it forms."""
    program, observation = watched.program, watched.observation
    table = Table(Trace(case.network, watched.probe.values, one.overrides)) if one.overrides else None
    by_value = table or (observation.table if one.fault else None)  # right values in a wrong shape
    roots = places(program, observation, by_value, one.site) if by_value else []
    formed = _formed(program, observation, one)
    since = min((found.time for found in formed.values()), default=0)
    ranked = [suspect for suspect in suspects(program, observation, table, (one.site,)) if suspect.order >= since]
    likely = [suspect for suspect in ranked if suspect.rank <= FED] if roots else ranked
    if one.fault is None and (shown := _shown(case, watched, one.site)) is not None:
        roots = forming(program, observation, shown)
        shown_at = [suspect.order for suspect in ranked if suspect.root in roots]
        last = max(shown_at or [suspect.order for suspect in ranked], default=0)
        likely = [suspect for suspect in ranked if suspect.rank <= FED and suspect.order <= last]
        if one.site == "loss" and roots:  # of which the gradients beside it are no part
            leading = _leading_to(program, roots)
            likely.sort(key=lambda suspect: leading.isdisjoint(_nodes_of(program, suspect.root)))
        if not any(observation.match(root.expression) for root in roots):  # else it is one thing taken for another
            roots = [*(suspect.root for suspect in likely), *roots]
    if one.fault is not None and one.fault.factor is not None:  # where a quantity first has a factor, if one tells
        negative = one.fault.factor(watched.probe.sizes) < 0
        matches = ((suspect.root, observation.match(suspect.root.expression)) for suspect in ranked)
        values = [
            (root, match) for root, match in matches if match and match.name != PLAIN
        ]  # a number is no value
        odd = [root for root, m in values if m.scaled or (negative and m.factor < 0 and not m.forward)]
        first = sorted(odd, key=lambda root: observation.first.get(root.expression, 0)) if negative else odd
        roots = [*first, *roots]
        if len(one.parameters or case.wrong) == len(case.network.parameters):  # a step has the same factor
            roots = [*roots[:1], *_first_step(program, observation), *roots[1:]]
    if one.fault is not None and one.fault.term is not None and one.site in one.overrides:
        roots = [*_worth_what_is_added(program, observation, one), *roots]
    if one.site in case.network.parameters and are_nothing(case, [one.site]):  # it ought to be made of this
        delta = f"delta{layer_of(one.site)}"
        roots = [*(one.root for one in ranked if _is_made_at(observation, one.root, delta)), *roots]
    roots = [*roots, *(suspect.root for suspect in likely[: 4 * ALTERNATIVES])]
    roots += feeders(program, observation, roots[0]) if roots else []
    roots = [root for root in roots if not _only_looped_over(program, root)]
    roots.sort(key=lambda root: _tells_no_value(program.expression(root), one))
    spoiled = one.parameters or messages.downstream(one.site, case.wrong)
    if not set(spoiled) & set(not_finite(case)):  # what is no number has no part in a number
        roots = [root for root in roots if _is_finite(observation, program.number(program.expression(root)))]
    names = {site: found.text for site, found in formed.items()}
    return roots, called(program, observation, one.site), names


def _worth_what_is_added(program: Program, observation: Observation, one: Explained) -> list[Root]:
    """Formulas worth just what a gradient has too much, as `lam * value` is in one turn of a loop."""
    trace = observation.table.trace
    wrong = evaluate(one.overrides[one.site], trace)
    if wrong is None:
        return []
    added = wrong - trace.right(one.site)
    worth = [
        formula
        for formula in program.formulas
        for value in observation.values.get(program.number(formula), ())
        if abs(abs(ratio(value, added, of_examples=False) or 0.0) - 1) < TOLERANCE
    ]
    placed = ((program.statement(formula), formula) for formula in dict.fromkeys(worth))
    return [Root(program.number(one), program.number(formula)) for one, formula in placed if one is not None]


def _tells_no_value(node: ast.expr, one: Explained) -> bool:
    """Whether an expression says how long something is: no value of the pass, but by what it divides."""
    return last_name(node) == "shape" or (one.fault is None and is_length(node))


def _is_made_at(observation: Observation, root: Root, quantity: str) -> bool:
    """Whether an expression has the value of a step of the pass, or gives it to what its statement assigns to."""
    matches = (observation.match(number) for number in (root.expression, root.statement))
    return any(match is not None and quantity in match.names for match in matches)


def _leading_to(program: Program, roots: Sequence[Root]) -> set[ast.AST]:
    """
    Find the expressions and statements that some expressions are made by, as far as names tell.

    A function that is called on the way, or a property that is read, is among them as a whole.
    """
    found = set[ast.AST]()
    pending: list[ast.AST] = [program.expression(root) for root in roots]
    while pending:
        node = pending.pop()
        if node in found:
            continue
        found.add(node)
        names = {last_name(part) for part in walk(node) if isinstance(part, ast.Name | ast.Attribute)}
        functions = [program.definitions[name] for name in names if name in program.definitions]
        pending += (part for one in functions for part in walk(one) if isinstance(part, ast.stmt | ast.Lambda))
        makers = makers_of(program, node, loops=True) if isinstance(node, ast.stmt | ast.expr) else []
        pending += (one.iter if isinstance(one, ast.For) else one for one in makers)
    return found


def _nodes_of(program: Program, root: Root) -> tuple[ast.AST, ast.AST]:
    """The expression of a root, and its statement."""
    return program.expression(root), program.nodes[root.statement]


def _first_step(program: Program, observation: Observation) -> list[Root]:
    """Where a parameter is updated first, be it too far or the wrong way."""
    matches = (
        (root, observation.match(number)) for root in program.roots for number in (root.expression, root.statement)
    )
    steps = (root for root, match in matches if match is not None and match.name.startswith("updated "))
    return [*itertools.islice(steps, 1)]


def _breaking(case: Examination, watched: Watched | None, one: Explained) -> list[ast.expr]:
    """Find what first came to NaN or to infinity, where that is what is wrong."""
    if watched is None or one.fault is not None or not set(one.parameters) & set(not_finite(case)):
        return []
    observation = watched.observation
    found = [
        (observation.first[number], node)
        for number, node in enumerate(watched.program.nodes)
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call | ast.IfExp | ast.Compare)
        if not _is_finite(observation, number)
    ]
    return [node for _, node in sorted(found, key=lambda each: each[0])[:1]]


def _is_finite(observation: Observation, number: int) -> bool:
    return all(np.isfinite(value).all() for value in observation.values.get(number, ()))


def _only_looped_over(program: Program, root: Root) -> bool:
    """Whether an expression is a name that a loop takes its turns from: what happens to it is in the body."""
    return isinstance(program.nodes[root.statement], ast.For) and isinstance(program.expression(root), ast.Name)


@dataclass(frozen=True)
class _Formed:
    """A step of the right pass that a program has: what it calls it, or how it writes it, and when it had it."""

    text: str
    time: int


def _formed(program: Program, observation: Observation, one: Explained) -> dict[str, _Formed]:
    """Find the deltas that gradients are made of, by value; none unless each of them is there."""
    if one.fault is not None or one.coefficient or not one.site.startswith("delta"):
        return {}
    deltas = sorted({f"delta{layer_of(name)}" for name in one.parameters}, reverse=True)
    found = {delta: formed for delta in deltas if (formed := _forms(program, observation, delta))}
    return found if len(found) == len(deltas) else {}


def _forms(program: Program, observation: Observation, site: str) -> _Formed | None:
    """Find what the program assigns the right value of a step to, or else writes; None if it never has it."""
    right = np.asarray(getattr(observation.table.trace, site))
    for number, node in enumerate(program.nodes):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            values = observation.values.get(number, [])
            whole = [np.concatenate([value.ravel() for value in values])] if len(values) > 1 else []
            if any(_same_numbers(value, right) for value in [*values, *whole]):
                if _spoiled_later(program, observation, node, site):
                    return None
                return _Formed(program.segment(node.targets[0]), observation.first[number])
    for formula in program.formulas:
        match = observation.match(number := program.number(formula))
        if match is not None and site in match.names:
            return _Formed(program.segment(formula), observation.first[number])
    return None


def _spoiled_later(program: Program, observation: Observation, made: ast.Assign, site: str) -> bool:
    """Whether the name that a right value is given has another value later on: then it isn't right when used."""
    name = program.segment(made.targets[0])
    since = observation.first[program.number(made)]
    for node in program.nodes:
        if node is made or not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        entries = isinstance(target, ast.Subscript) and program.segment(target.value) == name
        number = program.number(node)
        parts = [program.number(part) for part in walk(node)]  # what an entry is set to may be all that is seen
        later = max((time for part in parts for time in observation.times.get(part, ())), default=0) > since
        if later and program.scope(node) is program.scope(made):
            if entries:
                return True
            match = observation.match(number)
            if program.segment(target) == name and (
                match is None or (site in match.names and abs(match.factor_of(site) - 1) > TOLERANCE)
            ):
                return True
    return False


def _same_numbers(value: Array, right: Array) -> bool:
    """Whether a value is an array of the right numbers, laid out in rows or in columns."""
    if value.size != right.size:
        return False
    close = TOLERANCE * float(np.abs(right).max(initial=0.0))
    layouts = (right.ravel(), right.T.ravel())
    return any(float(np.abs(value.ravel() - one).max(initial=0.0)) <= close for one in layouts)


def _shown(case: Examination, watched: Watched, site: str) -> Array | None:
    """What the submission says of its own output, loss or gradient, on the probe that was watched."""
    result = case.result.probes[next(i for i, probe in enumerate(case.probes) if probe is watched.probe)]
    return {"a2": result.output, "loss": result.loss}.get(site, result.gradients.get(printed(site)))


def span(source: Source, program: Program, start: int, end: int) -> Location:
    """
    Place of a stretch of the text, as its author sees it: a line of a file, or of a notebook's cell.

    Of a text that edits changed it is the same line of the source; of one that they put in, the one above.
    """
    (line, column), (end_line, end_column) = program.position(start), program.position(end)
    first, last = (line_of_source(source.text, program.text, one) for one in (line, end_line))
    if first is None or last is None:
        above = (line_of_source(source.text, program.text, one) for one in range(line - 1, 0, -1))
        first = last = next((one for one in above if one is not None), 1)
        text = source.text.split("\n")[first - 1]
        column, end_column = len(text) - len(text.lstrip()), len(text.rstrip())
    cell, number = source.place(first)
    return Location(
        file=source.path,
        cell=cell,
        line=number,
        column=column,
        end_line=source.place(last)[1],
        end_column=end_column,
        source=program.text[start:end],
    )


def line_of_source(source: str, text: str, line: int) -> int | None:
    """Number that a line of an edited text has in the source; None of one that was put in."""
    for _, start, end, first, last in _changes(source, text):
        if first < line <= last and end - start == last - first:
            return start + line - first
    return None


@lru_cache(maxsize=8)  # several places of each version are asked for
def _changes(source: str, text: str) -> Sequence[tuple[str, int, int, int, int]]:
    """What lines of one text became of which of another, as `difflib` tells it."""
    return SequenceMatcher(None, source.split("\n"), text.split("\n"), autojunk=False).get_opcodes()


def placed(finding: Finding, found: Located) -> Finding:
    if found.formed:
        finding = messages.after_the_delta(finding, found.formed)
    if not found.places:
        return finding
    evidence = "; ".join(filter(None, (finding.evidence, found.names)))
    return replace(finding, location=found.places[0], alternatives=found.places[1:], evidence=evidence)


def each_line_once(places: Iterable[Location | None]) -> tuple[Location, ...]:
    """The first place of each line, as many as a finding has."""
    by_line: dict[tuple[int | None, int], Location] = {}
    for place in places:
        if place is not None:
            by_line.setdefault((place.cell, place.line), place)
    return tuple(by_line.values())[: 1 + ALTERNATIVES]


def proved(case: Examination, program: Program, finding: Finding, found: Sequence[Substitution]) -> Finding:
    """Put the places where a right value mends most of it before the others, the first in time first."""
    if finding.fault in FACTORS and finding.location and _is_number(finding.location.source):
        return finding  # the number itself is known
    most = max((len(one.mended & finding.spoils) for one in found), default=0)
    if 2 * most <= len(finding.spoils):  # a gradient that is right where it is handed over says nothing
        return finding
    telling = [one for one in found if len(one.mended & finding.spoils) == most]
    right = " ".join(printed(name) for name in case.network.parameters if name in telling[0].mended)
    if not right:  # inside a mean, any array has the loss's value with some factor
        return finding
    places = [span(case.source, program, *program.span(program.expression(one.root))) for one in telling]
    first, *others = each_line_once((*places, finding.location, *finding.alternatives))
    evidence = f"with {_spoken(telling[0].quantities)} in its place, {right} would be right"
    return replace(
        finding,
        location=first,
        alternatives=tuple(others),
        evidence="; ".join(filter(None, (finding.evidence, evidence))),
    )


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _spoken(quantities: Sequence[str]) -> str:
    """Quantities as a report calls them."""
    if quantities == (NOTHING,):
        return "zeros"
    if len(quantities) > LAYERS:
        return "another number"
    named = (printed(name.replace("gradient ", "gradient of ")) for name in quantities)
    return f"the right {' and '.join(named)}"
