"""What an expression could have been made of: the names, numbers and functions in its reach, by what they held."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from functools import lru_cache

from gradcheck.diagnosis.locate.names import twin
from gradcheck.diagnosis.locate.observing import Observation
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.quantities import NOTHING, PLAIN
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.scopes import FEW
from gradcheck.diagnosis.locate.statements import targets, turn_names
from gradcheck.diagnosis.locate.uses import kept_attributes, names_given, names_read
from gradcheck.diagnosis.repair.counting import counters, loops_around
from gradcheck.diagnosis.repair.gaps import body_of
from gradcheck.diagnosis.repair.writing import Scope
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_BESIDE = re.compile(r"(?<=\w)\s*[-+]\s*1$")
_ITEMS = 24  # of lists, at other places than those that are written out
_METHODS = 16  # without arguments, of all objects
_KEYS = 12  # of what there is by other keys
_MATRICES = ("matrix", "asmatrix", "mat", "asmat", "bmat")  # of which `*` is the matrix product
_LIBRARY = ("exp", "tanh", "log", "square", "sqrt")


def scope(
    program: Program,
    root: Root,
    observation: Observation,
    renamings: Iterable[Callable[[str], str]] = (twin,),
    given: Iterable[str] = (),
    *,
    anew: bool = False,
) -> Scope:
    """
    Collect what an expression could have been made of.

    Parameters
    ----------
    program : Program
    root : Root
    observation : Observation
    renamings : iterable of callable
        What writes names for the other layer.
    given : iterable of str
        Names of arrays that a script is given from outside.
    anew : bool
        Whether it is for another statement of the same form: what stands here tells of numbers only for itself.
    """
    node = program.expression(root)
    function = program.scope(node)
    names = program.scopes.names(function) - _globals_unused(program, function) - program.scopes.over(node)
    arrays: dict[str, None] = {}
    numbers: dict[str, None] = {}
    one = observation.holds_values(root.expression) or _begins_a_number(program, root, observation)
    single = not anew and one and not _of_arrays(program, node, observation)
    for text, number, used in program.scopes.atoms:
        if used <= names and number in observation.values and not (single and observation.holds_array(number)):
            value = observation.holds_values(number) or _is_quantity(observation, number)
            (arrays if value else numbers)[text] = None
    handed = [argument.arg for one in program.scopes.functions(function) for argument in one.args.args]
    if not single:
        arrays |= dict.fromkeys(name for name in handed if name not in ("self", "cls", *numbers))
    idle = [
        *program.scopes.dropped(node),
        *program.scopes.unused(function),
        *_unheeded(program, function),
        *(name for name in given if name not in arrays),
        *(_unread_attributes(program, function) if "self" in handed else ()),
    ]
    heeded = _read_in(function)
    unheeded = (*idle, *(one for one in handed if one not in heeded))
    lists = [name for name in unheeded if name not in numbers]
    turned = node if single else _innermost(node)
    for name in (
        *program.scopes.taken(node),
        *_twins(arrays, names, renamings),
        *_of_others(program, arrays),
        *itertools.islice(_by_other_keys(program, function), _KEYS),
        *_given_by_methods(program, function),
        *_kept_in_objects(program, function),
        *_of_their_kind(program, function, names, arrays),
        *(_at_fixed_places(program, function, names) if not single else ()),
        *itertools.islice(_of_turns(program, node, observation, single, lists, names), _ITEMS),
        *itertools.islice(_of_two_turns(program, turned, observation, lists), _ITEMS),
        *idle,
    ):
        if name not in numbers:
            arrays[name] = None
    for taken, item in _of_other_turns(program, node):
        (arrays if observation.holds_array(taken) else numbers)[item] = None
    alias = program.numpy
    return Scope(
        arrays=tuple(arrays),
        numbers=tuple(text for text in numbers if text not in arrays),
        functions=_functions(program, function),
        numpy=alias,
        product=_product(program.text, alias),
        elementwise=_elementwise(program, alias),
        power=_power(program, alias),
        single=single,
        idle=tuple(dict.fromkeys(name for name in idle if name in arrays or name in numbers)),
    )


@lru_cache(maxsize=256)  # this, and what follows, is asked for each of a program's expressions
def _read_in(function: ast.AST) -> frozenset[str]:
    """Names that are read in a function."""
    return frozenset(one.id for one in names_read(walk(function)))


@lru_cache(maxsize=256)
def _unheeded(program: Program, function: ast.AST) -> tuple[str, ...]:
    """Parameters that nothing reads, and what a function within one doesn't take of it, where they are few."""
    found = [
        argument.arg
        for one in program.scopes.functions(function)
        for argument in one.args.args
        if argument.arg not in {"self", "cls", *(name.id for name in names_read(walk(one)))}
    ]
    outer = program.scope(function)
    if isinstance(function, ast.FunctionDef | ast.Lambda) and isinstance(outer, ast.FunctionDef):
        given = [one.id for one in names_given(walk(outer)) if program.scope(one) is outer]
        own = dict.fromkeys([*(argument.arg for argument in outer.args.args), *given])
        read = {"self", "cls", *(name.id for name in names_read(walk(function)))}
        around = [name for name in own if name not in read]
        found += around if len(around) <= FEW else []
    return tuple(found) if len(found) <= FEW else ()


@lru_cache(maxsize=256)
def _unread_attributes(program: Program, function: ast.AST) -> tuple[str, ...]:
    """
    Attributes of the object that nothing in its class reads, where they are few: they were kept for something.

    What only lists them, `return [self.w, self.b]`, calculates nothing with them.
    """
    owner = next((one for one in program.ancestors(function) if isinstance(one, ast.ClassDef)), None)
    attributes = [one for one in walk(owner) if isinstance(one, ast.Attribute)] if owner is not None else []
    loaded = (one for one in attributes if isinstance(one.ctx, ast.Load))
    read = {one.attr for one in loaded if not _only_lists(program.scope(one))}
    kept = kept_attributes(owner) if owner is not None else []
    found = [name for name in kept if name not in read]
    return tuple(f"self.{name}" for name in found) if len(found) <= FEW else ()


@lru_cache(maxsize=256)
def _only_lists(function: ast.AST) -> bool:
    """Whether all that a function does is to give a list of what there is."""
    body = body_of(function) if isinstance(function, ast.FunctionDef) else []
    parts = [*walk(body[0])] if len(body) == 1 and isinstance(body[0], ast.Return) else []
    listed = any(isinstance(one, ast.List | ast.Tuple | ast.Dict | ast.ListComp) for one in parts)
    calculates = (
        isinstance(one, ast.Call) or not isinstance(getattr(one, "op", ast.Add()), ast.Add) for one in parts
    )
    return listed and not any(calculates)


def _begins_a_number(program: Program, root: Root, observation: Observation) -> bool:
    """Whether an expression is the number that a sum of numbers begins with."""
    values = observation.values.get(root.statement, ())
    begun = any(last_name(target) in program.grown for target in targets(program.nodes[root.statement]))
    constant = isinstance(program.expression(root), ast.Constant)
    return constant and begun and bool(values) and all(value.size == 1 for value in values)


def _is_quantity(observation: Observation, number: int) -> bool:
    """Whether a single number is a quantity of the pass, as one output's bias is."""
    match = observation.match(number)
    return match is not None and match.name not in (PLAIN, NOTHING)


@lru_cache(maxsize=256)
def _globals_unused(program: Program, function: ast.AST) -> frozenset[str]:
    """Names of a script's arrays, of a function that uses none of them: it has parameters for that."""
    if isinstance(function, ast.Module):
        return frozenset()
    parts = list(walk(function))
    used = {one.id for one in names_read(parts)}
    own = {one.id for one in names_given(parts)} | {one.arg for one in parts if isinstance(one, ast.arg)}
    given = names_given(program.nodes)
    others = {one.id for one in given if isinstance(program.scope(one), ast.Module)} - own
    return frozenset() if others & used else frozenset(others)


def _of_arrays(program: Program, node: ast.expr, observation: Observation) -> bool:
    """Whether an expression or anything in it is an array, but for what only an entry is taken of."""
    stems = {id(part.value) for part in program.inside(node) if isinstance(part, ast.Subscript)}
    return any(
        observation.holds_array(program.number(part)) for part in program.inside(node) if id(part) not in stems
    )


def _twins(arrays: Iterable[str], names: Set[str], renamings: Iterable[Callable[[str], str]]) -> list[str]:
    """The other layer's items and attributes, of which there may be no other trace, and its names."""
    others = [rename(array) for rename in renamings for array in arrays]
    return [other for other in others if not other.isidentifier() or other in names]


def _of_others(program: Program, texts: Iterable[str]) -> Iterator[str]:
    """The same attributes of other objects, of which there may be no other trace: another layer's output."""
    pairs = [(stem, rest) for stem, _, rest in (text.partition(".") for text in texts) if rest.isidentifier()]
    for rest in dict.fromkeys(rest for stem, rest in pairs if stem in program.scopes.objects):
        yield from (f"{stem}.{rest}" for stem in program.scopes.objects)


def _by_other_keys(program: Program, function: ast.AST) -> Iterator[str]:
    """What else there is of things that a function takes by a key: `neuron["output"]` beside `neuron["delta"]`."""
    everywhere: dict[str, set[str]] = {}
    here: dict[str, set[str]] = {}
    for stem, key, node in program.scopes.keyed:
        everywhere.setdefault(stem, set()).add(key)
        if program.scope(node) is function:
            here.setdefault(stem, set()).add(key)
    for stem, own in here.items():
        alike = (keys for keys in everywhere.values() if not keys.isdisjoint(own))
        yield from (f"{stem}[{key}]" for key in sorted(set().union(*alike) - own))


@lru_cache(maxsize=256)
def _given_by_methods(program: Program, function: ast.AST) -> tuple[str, ...]:
    """What methods without arguments give of the objects that a function asks for something: `neuron.slope()`."""
    found: dict[str, None] = {}
    here = getattr(function, "name", "")
    for outer, of in program.scopes.of_classes(function).items():
        methods = [one for one in outer.body if isinstance(one, ast.FunctionDef)]
        handed = {one: [*one.args.args, *one.args.posonlyargs, *one.args.kwonlyargs] for one in methods}
        plain = [one.name for one in methods if len(handed[one]) == 1 and not one.decorator_list and is_pure(one)]
        names = [name for name in plain if name != here and not name.startswith("__")]
        found |= {f"{text}.{name}()": None for text in of for name in names}
    return tuple(found) if len(found) <= _METHODS else ()


@lru_cache(maxsize=256)
def _kept_in_objects(program: Program, function: ast.AST) -> tuple[str, ...]:
    """What objects keep that a function asks for something, and nobody reads: it was kept for something."""
    found: dict[str, None] = {}
    for outer, of in program.scopes.of_classes(function).items():
        idle = [name for name in kept_attributes(outer) if name not in program.scopes.attributes_read]
        found |= {f"{text}.{name}": None for text in of if text != "self" for name in idle}
    return tuple(found) if len(found) <= FEW else ()


def _of_their_kind(
    program: Program, function: ast.AST, names: Collection[str], texts: Iterable[str]
) -> Iterator[str]:
    """Attributes that one of a function's objects has and another that shares some with it isn't asked for."""
    asked = program.scopes.asked(function)
    known = {stem: asked[stem] for stem in asked if stem in names and stem not in program.imported}
    found = {*texts}
    for stem, other in itertools.permutations(known, 2):
        if not known[stem].isdisjoint(known[other]):
            yield from (
                f"{other}.{rest}" for rest in sorted(known[stem] - known[other]) if f"{stem}.{rest}" in found
            )


def _at_fixed_places(program: Program, function: ast.AST, visible: Collection[str]) -> Iterator[str]:
    """Items of a function's lists at the places that are written out of others: `zs[-1]` for `activations[-1]`."""
    items = (one for one in walk(function) if isinstance(one, ast.Subscript))
    texts = [(program.segment(one.value), program.segment(one.slice)) for one in items]
    # what is counted from the end is some list's, too
    places = [place for text, place in texts if text in program.scopes.lists or place.startswith("-")]
    lists = [text for text in program.scopes.lists if text in visible]
    fixed = [place for place in dict.fromkeys(places) if place.lstrip("-").isdecimal()]
    yield from (f"{text}[{place}]" for text, place in itertools.product(lists, fixed))


def _of_turns(
    program: Program,
    node: ast.expr,
    observation: Observation,
    single: bool,
    idle: Iterable[str],
    visible: Collection[str],
) -> Iterator[str]:
    """
    Items of lists at the places that the loops around take, or a function is told: of numbers for a single one.

    Of lists of arrays also those beside these: another layer's.
    """
    turns = {name for loop in loops_around(program, node) for name in turn_names(loop)}
    if not single:  # `def of_layer(self, i)`, called in a loop
        turns |= _places_told(program, program.scope(node), observation)
    if not turns:
        return
    items = [
        one
        for one in walk(program.scope(node))
        if isinstance(one, ast.Subscript) and program.number(one) in observation.values
        if isinstance(one.ctx, ast.Load) and not isinstance(one.slice, ast.Slice | ast.Tuple)
        if observation.holds_array(program.number(one)) != single
    ]
    known = {program.segment(one) for one in items}
    names = {id(one): {name.id for name in names_read(walk(one.slice))} for one in items}
    items.sort(key=lambda one: names[id(one)].isdisjoint(turns))
    taken = [program.segment(one.slice) for one in items if not names[id(one)].isdisjoint(turns)]
    # a loop may count what is only assigned to by its places
    counted = turns.intersection(counters(program, node)) if single else set[str]()
    places = dict.fromkeys((*(_BESIDE.sub("", place) for place in taken), *sorted(counted)))
    blank = "" if any(_BESIDE.search(place) and " " not in place for place in taken) else " "
    read = (program.segment(one.value) for one in items if not (single and isinstance(one.value, ast.Subscript)))
    lists = (text for text in program.scopes.lists if text.partition(".")[0] in visible)
    rows = _having(program, program.scope(node), observation, 1 if single else 2)
    texts = (*idle, *read, *rows) if single else (*read, *lists, *idle, *rows)
    beside = ("",) if single else ("", f"{blank}+{blank}1", f"{blank}-{blank}1")
    for text, place in itertools.product(dict.fromkeys(texts), places):
        ways = beside[: 1 if place.endswith(("'", '"')) else None]
        yield from (item for way in ways if (item := f"{text}[{place}{way}]") not in known)


def _places_told(program: Program, function: ast.AST, observation: Observation) -> set[str]:
    """Parameters that tell a function at which place of its lists something is."""
    handed = {one.arg for outer in program.scopes.functions(function) for one in outer.args.args}
    items = (one.slice for one in walk(function) if isinstance(one, ast.Subscript))
    places = [one for one in items if isinstance(one, ast.Name) and one.id in handed]
    return {one.id for one in places if not observation.holds_array(program.number(one))}


def _of_other_turns(program: Program, node: ast.expr) -> Iterator[tuple[int, str]]:
    """What other loops take at a place counted from further on, `a[first + j]`, and how it is written in these."""
    turns = dict.fromkeys(name for loop in loops_around(program, node) for name in turn_names(loop))
    for item in walk(program.scope(node)) if turns else ():
        place = getattr(item, "slice", None)
        if not isinstance(item, ast.Subscript) or not isinstance(place, ast.BinOp):
            continue
        loops = {name for loop in loops_around(program, item) for name in turn_names(loop)}
        used = loops & {name.id for name in names_read(walk(place))}
        if len(used) == 1:
            own = re.compile(rf"\b{used.pop()}\b")
            for turn in turns:
                at = own.sub(turn, program.segment(place))
                yield program.number(item), f"{program.segment(item.value)}[{at}]"


def _innermost(node: ast.expr) -> ast.expr | None:
    """What a comprehension in an expression makes of each turn, of those in one another the innermost one."""
    made = [one.elt for one in walk(node) if isinstance(one, ast.GeneratorExp | ast.ListComp)]
    return made[-1] if made else None


def _of_two_turns(
    program: Program, node: ast.expr | None, observation: Observation, idle: Iterable[str]
) -> Iterator[str]:
    """Entries of matrices at the places that two loops around take, as entries of matrices are written there."""
    if node is None:
        return
    function = program.scope(node)
    entries = [_entry(program, one) for one in walk(function) if isinstance(one, ast.Subscript)]
    written = {entry for entry in entries if entry is not None}
    counting = counters(program, node)
    turns = [
        name for loop in reversed(loops_around(program, node)) for name in turn_names(loop) if name in counting
    ]
    known = (*idle, *_having(program, function, observation, 2))
    matrices = [text for text in dict.fromkeys(known) if text not in turns]
    pairs = sorted(itertools.permutations(turns, 2), key=lambda pair: not any(pair == one[1:] for one in written))
    forms = {form for form, *_ in written}
    for form, pair, matrix in itertools.product(sorted(forms), pairs, matrices):
        yield matrix + form.format(*pair)


def _having(program: Program, function: ast.AST, observation: Observation, axes: int) -> list[str]:
    """Names in a function of what once had so many axes, but for what it only adds to."""
    found: dict[str, None] = {}
    for node in walk(function):
        own = targets(node) if isinstance(node, ast.Assign) and len(targets(node)) == 1 else [node]
        names = [one for one in own if isinstance(one, ast.Name | ast.Attribute)]
        if any(value.ndim == axes for value in observation.values.get(program.number(node), ())[:1]):
            found |= {program.segment(one): None for one in names if last_name(one) not in ("T", *program.grown)}
    return [*found]


def _entry(program: Program, node: ast.Subscript) -> tuple[str, str, str] | None:
    """How an entry of a matrix is written, and the names of its row and its column; None of anything else."""
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        form, places = "[{}, {}]", node.slice.elts
    elif isinstance(node.value, ast.Subscript):
        form, places = "[{}][{}]", [node.value.slice, node.slice]
    else:
        return None
    names = [program.segment(place) for place in places if isinstance(place, ast.Name)]
    return (form, names[0], names[1]) if len(names) == len(places) else None


@lru_cache(maxsize=256)
def _functions(program: Program, function: ast.AST) -> tuple[str, ...]:
    """Functions of one argument within reach, called or only defined; not those that are running here."""
    return tuple(dict.fromkeys(_functions_within_reach(program, function, program.numpy)))


def _functions_within_reach(program: Program, function: ast.AST, alias: str) -> Iterator[str]:
    has_self = isinstance(function, ast.FunctionDef) and any(a.arg == "self" for a in function.args.args)
    made = {name for name, definition in program.definitions.items() if is_pure(definition)} | {
        target.id
        for node in program.nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    handed = _handed(program, function)
    made |= handed
    made -= {getattr(around, "name", "") for around in (function, *program.ancestors(function))}
    for node in program.nodes:
        if isinstance(node, ast.Call) and len(node.args) == 2 and program.segment(node.func) == "map":
            yield from (mapped for mapped in (program.segment(node.args[0]),) if mapped in made)
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            text = program.segment(node.func)
            head, _, last = text.rpartition(".")
            own = last in made if not head else head == "self" and has_self and last in made
            if own or (alias and head == alias and last in _LIBRARY):
                yield text
    yield from _imported(program)
    yield from _kept(program) if has_self else ()
    for name, definition in program.definitions.items():
        if name not in made or handed:  # which of the file's functions it is, others say
            continue
        required = [a.arg for a in definition.args.args]
        required = required[: len(required) - len(definition.args.defaults)]
        if len(required) == 1 and required != ["self"] and isinstance(program.scope(definition), ast.Module):
            if not any(isinstance(a, ast.ClassDef) for a in program.ancestors(definition)):
                yield name
        elif len(required) == 2 and required[0] == "self" and has_self and not name.startswith("__"):
            yield f"self.{name}"


def _kept(program: Program) -> Iterator[str]:
    """Attributes that may hold functions: what an object was handed, and keeps under a name of its own."""
    for owner in (method for methods in program.classes.methods for method in methods):
        handed = {argument.arg for argument in owner.args.args[1:]}
        for node in walk(owner):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in handed:
                yield from (
                    text for target in node.targets if (text := program.segment(target)).startswith("self.")
                )


def _handed(program: Program, function: ast.AST) -> set[str]:
    """Functions that a function is handed, as an activation is: what they give is calculated with."""
    around = program.scopes.functions(function)
    handed = {argument.arg for one in around for argument in one.args.args}
    formulas = (node for one in around for node in walk(one) if isinstance(node, ast.BinOp))
    calculated = (part for node in formulas for part in (node.left, node.right))
    called = {program.segment(part.func) for part in calculated if isinstance(part, ast.Call)}
    return handed & called


def _imported(program: Program) -> Iterator[str]:
    """Functions of one argument that a file takes from a library by their names, known or called so."""
    called = {
        program.segment(node.func)
        for node in program.nodes
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords
    }
    for node in program.nodes:
        if isinstance(node, ast.ImportFrom):
            names = {one.asname or one.name for one in node.names}
            known = {*_LIBRARY} if node.module in ("numpy", "math") else set[str]()
            yield from sorted(known if "*" in names else names & (known | called))


@lru_cache(maxsize=256)  # asked for each of a program's expressions
def is_pure(definition: ast.FunctionDef) -> bool:
    """Whether a function gives a value and sets nothing outside itself."""
    returns = False
    fresh = (ast.Call, ast.BinOp, ast.List, ast.ListComp)  # not another name for what is there
    made = (one for one in walk(definition) if isinstance(one, ast.Assign) and isinstance(one.value, fresh))
    own = {target.id for one in made for target in one.targets if isinstance(target, ast.Name)}
    for node in walk(definition):
        if isinstance(node, ast.Return) and node.value is not None:
            returns = True
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Yield):
            return False
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            its_own = isinstance(node.value, ast.Name) and node.value.id in own
            if not its_own:  # an entry of an array of its own is nobody else's
                return False
    return returns


def _elementwise(program: Program, alias: str) -> str:
    """The function that a file multiplies entry by entry with, by the name it goes under there."""
    names = [f"{alias}.multiply"] * bool(alias) + ["multiply"] * bool(program.imported & {"multiply", "*"})
    used = next((name for name in names if re.search(rf"(?<![\w.]){re.escape(name)}\(", program.text)), "")
    return used or (f"{alias}.multiply" if _has_matrices(program, alias) else "")


def _power(program: Program, alias: str) -> str:
    """What takes the place of `**`, where that is a product of matrices, or none of the file's own numbers."""
    if _has_matrices(program, alias):
        return f"{alias}.power"
    return "*" if "__mul__" in program.definitions and "__pow__" not in program.definitions else ""


@lru_cache(maxsize=64)
def _has_matrices(program: Program, alias: str) -> bool:
    """Whether a file asks numpy, by the name that it has there, for matrices."""
    asked = (one for one in program.nodes if isinstance(one, ast.Attribute) and one.attr in _MATRICES)
    return bool(alias) and any(program.segment(one.value) == alias for one in asked)


def _product(text: str, alias: str) -> str:
    """How the file writes most of its matrix products."""
    function = f"{alias}.dot" if alias else ".dot"
    counts = {
        function: text.count(f"{function}("),
        "@": len(re.findall(r"\w\)? @ ", text)),
        ".dot": text.count(".dot(") - text.count(f"{function}("),
    }
    if alias:
        counts[f"{alias}.matmul"] = text.count(f"{alias}.matmul(")
    return max(counts, key=lambda style: counts[style])
