"""The training loops of a file, in its own scope and in its functions, and the network in each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.proposing import products, vocabulary
from gradcheck.proposing.facts import Class, Facts, Function, literals, named_values
from gradcheck.proposing.products import Found
from gradcheck.proposing.sizes import axes_written, examples_written
from gradcheck.proposing.usage import bound_in, factors, guards, is_parameter, names_in
from gradcheck.submissions.targets import SCOPES, own_targets, scope_walk

Loop = ast.For | ast.While


@dataclass(frozen=True, kw_only=True)
class Training:
    """
    A loop, or a file without one, that has the network in it.

    Attributes
    ----------
    body : tuple of stmt
        Of one pass.
    found : Found
    function : Function or None
        That has the loop.
    owner : Class or None
        Whose method that is.
    made : str
        Call that makes an object of it.
    steps : tuple of str
        Names by which loops in it count through batches.
    counters : frozenset of str
        Names that the loop itself counts with.
    form : str
        Subscript that makes examples of X's rows, where a loop goes from one to the next.
    literal : str
        Learning rate that is written out, where it has no name in the loop.
    matrices : bool
        Whether the arrays are `np.matrix`.
    examples : int
        How many examples its numbers are written for; 0 for any number.
    straight : bool
        Whether there is no loop: the file goes through its network once.
    written : mapping
        Arrays and numbers that the file writes out, and how many axes they have.
    """

    body: tuple[ast.stmt, ...]
    found: Found
    function: Function | None = None
    owner: Class | None = None
    made: str = ""
    steps: tuple[str, ...] = ()
    counters: frozenset[str] = frozenset()
    form: str = ""
    literal: str = ""
    matrices: bool = False
    examples: int = 0
    straight: bool = False
    written: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the function as a contract has it: `train`, `Net.fit`; empty for the file's own loops."""
        if self.function is None or self.owner is None:
            return self.function.name if self.function else ""
        private = f"_{self.owner.name.lstrip('_')}__"  # as the text doesn't have it
        return f"{self.owner.name}.{self.function.name.replace(private, '__', 1)}"


def trainings(facts: Facts) -> Iterator[Training]:
    """Find the outermost loops with two products in them: the file's own, those of functions, those of methods."""
    own = list(_of(facts.tree.body, facts, None))
    yield from own or _straight(facts)
    for function in facts.functions:
        yield from _of(function.node.body, facts, function)
    for one in facts.classes:
        for method in one.methods:
            yield from (replace(training, owner=one) for training in _of(method.node.body, facts, method))


def _straight(facts: Facts) -> Iterator[Training]:
    """The file's own statements, if they go through the network once themselves: what they call may train it."""
    body = tuple(one for one in facts.tree.body if not isinstance(one, (*SCOPES, ast.For, ast.While)))
    found = products.find(body, replace(facts, functions=(), classes=()))
    if found.whole:
        given = [index for index, one in enumerate(body) if bound_in(one) & {*found.places.values()}]
        rest = body[max(given, default=-1) + 1 :]
        yield Training(
            body=rest,
            found=found,
            matrices=facts.matrices,
            straight=True,
            literal=literal_rate(rest, facts.tree),
            written=axes_written(body),
        )


def _of(body: Sequence[ast.stmt], facts: Facts, function: Function | None) -> Iterator[Training]:
    for loop in outermost(body):
        found = products.find([loop] if isinstance(loop, ast.For) else loop.body, facts)
        if not found.whole:
            found = _by_words(loop, body)
        if found.whole:
            counts = tuple(steps(loop))
            targets = [loop.target] if isinstance(loop, ast.For) else []
            counters = frozenset(
                one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)
            )
            yield Training(
                body=tuple(loop.body),
                found=found,
                function=function,
                steps=counts,
                literal=literal_rate(scope_walk(loop.body), facts.tree),
                counters=counters,
                matrices=facts.matrices,
                examples=examples_written(facts, loop.body),
                written=axes_written(body),
            )


def _by_words(loop: Loop, body: Sequence[ast.stmt]) -> Found:
    """The network of a program without products, if words tell its arrays: they are set before the loop."""
    used = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name)}
    before = [
        target[0]
        for node in scope_walk(body)
        if isinstance(node, ast.Assign) and node.lineno < loop.lineno
        for target in own_targets(node)
        if len(target) == 1 and target[0] in used
    ]
    roles = {role: name for name, role in vocabulary.roles(dict.fromkeys(before)).items()}
    written = [name for name in literals(body) if name in before and vocabulary.kind(name) == "output"]
    if "Y" not in roles and written:
        roles["Y"] = written[0]  # outputs that are written out are what is wanted
    if not {"X", "Y", "W1", "W2"} <= roles.keys():
        return Found()
    places = {role: name for role, name in roles.items() if role in ("X", "W1", "b1", "W2", "b2")}
    return Found(places=places, targets=[roles["Y"]], indexed=True)


def outermost(nodes: Sequence[ast.AST]) -> Iterator[Loop]:
    """Loops of a scope that are in no other loop."""
    for node in nodes:
        if isinstance(node, ast.For | ast.While):
            yield node
        elif not isinstance(node, SCOPES):
            yield from outermost(list(ast.iter_child_nodes(node)))


def steps(loop: Loop) -> Iterator[str]:
    """Names of the third argument of `range`, and those that a word says are batch sizes."""
    for node in scope_walk([loop]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            if len(node.args) == 3 and isinstance(node.args[2], ast.Name):
                yield node.args[2].id
        elif isinstance(node, ast.Name) and vocabulary.kind(node.id) == "batch_size":
            yield node.id


def rates(training: Training) -> list[str]:
    """Names that may be the learning rate: those that a word says, then what updates are multiplied by."""
    spoken, found = [], []
    for node in scope_walk(training.body):
        if isinstance(node, ast.Name) and vocabulary.kind(node.id) == "rate":
            spoken.append(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            found += [
                side.id
                for one in ast.walk(node.value)
                if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult)
                for side in (one.left, one.right)
                if isinstance(side, ast.Name)
            ]
    bound = {name for name, _ in named_values(scope_walk(training.body))}
    none = guards(scope_walk(training.body))
    spoken = vocabulary.rates(name for name in dict.fromkeys(spoken) if name not in none)
    return [name for name in dict.fromkeys([*spoken, *found]) if name not in bound]


def bound(training: Training) -> set[str]:
    """Names that the loop itself gives, what it counts with among them; not what it puts in another order."""
    found = set(training.counters)
    for node in scope_walk(training.body):
        if isinstance(node, ast.For):
            found |= names_in(node.target)
        elif isinstance(node, ast.Assign):
            shuffled = names_in(node.value) if isinstance(node.value, ast.Call) else set()
            found |= {name for target in node.targets for name in names_in(target)} - shuffled
    return found


def decays(facts: Facts, training: Training) -> list[str]:
    """Names in a loop that are weight decay by name, and that the file gives a number."""
    used = {node.id for statement in training.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    numbers = {name for name, value in named_values(ast.walk(facts.tree)) if isinstance(value, ast.Constant)}
    arguments = {node.arg for node in ast.walk(facts.tree) if isinstance(node, ast.arg)}
    return vocabulary.decays(sorted(used & (numbers | arguments) - bound(training)))


def options(facts: Facts, values: Mapping[str, str]) -> dict[str, str]:
    """
    Find names that are what the command line says, and an object that says it instead.

    Parameters
    ----------
    facts : Facts
    values : mapping
        What something of a kind is set to.

    Returns
    -------
    dict
        Name to an expression with every option that the file asks it for.
    """
    parsing = {one.name for one in facts.functions if "parse_args" in ast.unparse(one.node)}
    found: dict[str, str] = {}
    for node in ast.walk(facts.tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.targets[0], ast.Name)
        ):
            called = node.value.func
            if getattr(called, "attr", "") == "parse_args" or getattr(called, "id", "") in parsing:
                name = node.targets[0].id
                asked = [
                    one.attr
                    for one in ast.walk(facts.tree)
                    if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == name
                ]
                known = (f"{one}={values.get(vocabulary.kind(one), 'h')}" for one in dict.fromkeys(asked))
                found[name] = f"__import__('types').SimpleNamespace({', '.join(known)})"
    return found


def literal_rate(nodes: Iterable[ast.AST], tree: ast.Module) -> str:
    """
    Find a learning rate that is written out.

    Parameters
    ----------
    nodes : iterable of AST
        Where the updates are: of `W -= 0.1 * dW` it is the number that they are multiplied by.
    tree : Module
        The file: if there is no such number, it is what is called a rate there, where all of those are one number.

    Returns
    -------
    str
        Empty if there are none, or several.
    """
    found: dict[bool, set[str]] = {True: set(), False: set()}  # of parameters, and of whatever else is moved
    for node in nodes:
        value: ast.expr | None = None
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            value = node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            value = node.value.right if isinstance(node.value.op, ast.Add | ast.Sub) else None
        numbers = [one.value for one in factors(value) if isinstance(one, ast.Constant)] if value else []
        if value is not None and len(numbers) == 1 and isinstance(numbers[0], float):
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]  # type: ignore
            found[is_parameter(target)].add(str(numbers[0]))
    rates = found[True] or found[False] or set(_named_rates(tree))
    return rates.pop() if len(rates) == 1 else ""


def _named_rates(tree: ast.Module) -> Iterator[str]:
    """Numbers that something called a rate is set to: by assignments, by keyword and by default."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target[-1].strip(".[]'"), node.value) for target in own_targets(node)]
        elif isinstance(node, ast.keyword) and node.arg:
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.arguments):
            plain = [*node.posonlyargs, *node.args]
            pairs = [(one.arg, value) for one, value in zip(plain[::-1], node.defaults[::-1], strict=False)]
        for name, value in pairs:
            if isinstance(value, ast.Constant) and isinstance(value.value, float) and vocabulary.rates([name]):
                yield str(value.value)
