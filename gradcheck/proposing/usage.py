"""How a file uses what it names: what is a size, a number of rounds, one example."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from gradcheck.proposing import vocabulary
from gradcheck.proposing.facts import Facts, Function, named_values, unpacked
from gradcheck.submissions.targets import assigned, last_name

_EXAMPLES = "training train samples sample examples example sets patterns data rows points"


def takes_apart(function: Function, parameter: str) -> bool:
    """Whether a parameter is a sequence: it is unpacked, subscripted, or its length asked for."""
    nodes = list(ast.walk(function.node))
    return unpacked(nodes, parameter) is not None or any(
        (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == parameter)
        or (isinstance(node, ast.Call) and ast.unparse(node) == f"len({parameter})")
        for node in nodes
    )


def over_pairs(function: Function, parameter: str) -> ast.For | ast.comprehension | None:
    """The loop of a function that takes what it is given apart into X and Y: `for x, y in data`."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.For | ast.comprehension):
            over, target = node.iter, node.target
            if (
                isinstance(over, ast.Call)
                and ast.unparse(over.func) == "enumerate"
                and isinstance(target, ast.Tuple)
            ):
                over, target = over.args[0], target.elts[-1]
            names = [one.id for one in getattr(target, "elts", ()) if isinstance(one, ast.Name)]
            kinds = {vocabulary.kind(name) for name in names}
            if isinstance(over, ast.Name) and over.id == parameter and len(names) == 2 and not kinds & {*"Wb"}:
                return node
    return None


def accumulates(function: Function, loop: ast.For | ast.comprehension) -> bool:
    """Whether a loop over examples makes several things that are used after it, and changes nothing itself."""
    if isinstance(loop, ast.comprehension):
        return False
    targets = assigned(loop.body)
    kept = any(step.startswith(".") for target in targets for step in target)
    used = {
        node.id
        for node in ast.walk(function.node)
        if isinstance(node, ast.Name) and node.lineno > (loop.end_lineno or 0)
    }
    before = [one for one in function.node.body if isinstance(one, ast.Assign) and one.lineno < loop.lineno]
    given = {target[0] for one in before if _is_another_name(one.value) for target in assigned([one])}
    counted = {target[0] for one in before if isinstance(one.value, ast.Constant) for target in assigned([one])}
    made = {target[0] for target in targets} - names_in(loop.target)
    changes = kept or made & {*function.required, *function.optional, *given}
    return not changes and len((made & used) - counted) > 1  # a loss and a number of hits are no gradients


def _is_another_name(value: ast.expr) -> bool:
    """Whether a value is something else under another name, or its copy: `W1, b1 = params`, `w = net.w.copy()`."""
    if isinstance(value, ast.Tuple | ast.List):
        return all(map(_is_another_name, value.elts))
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Attribute) and value.func.attr == "copy"
    return isinstance(value, ast.Name | ast.Attribute | ast.Subscript)


def drops_last(function: Function, parameter: str) -> bool:
    """Whether a parameter is a row of the data, of which the last entry, the label, is left out: `row[:-1]`."""
    return any(
        isinstance(node, ast.Subscript) and ast.unparse(node) == f"{parameter}[:-1]"
        for node in ast.walk(function.node)
    )


def repeats(function: Function, parameter: str) -> bool:
    """Whether a parameter says how often something is repeated: `for _ in range(rounds)`, the counter unused."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.For) and ast.unparse(node.iter) == f"range({parameter})":
            counter = node.target.id if isinstance(node.target, ast.Name) else ""
            indices = [one.slice for one in ast.walk(node) if isinstance(one, ast.Subscript)]
            if counter not in {
                one.id for index in indices for one in ast.walk(index) if isinstance(one, ast.Name)
            }:
                return True
    return False


def in_batches(function: Function, parameter: str) -> bool:
    """Whether a parameter says how many examples a turn takes: `range(0, n, size)`."""
    calls = (one for one in ast.walk(function.node) if isinstance(one, ast.Call) and len(one.args) == 3)
    return any(ast.unparse(one.func) == "range" and ast.unparse(one.args[2]) == parameter for one in calls)


def is_count(name: str, text: str) -> bool:
    """Whether something of a name, set to an expression, is a number of examples."""
    words = {*vocabulary.parts(name)}
    spoken = name in ("m", "n", "M", "N") or vocabulary.kind(name) == "batch_size" or words & {*_EXAMPLES.split()}
    of_data = ".shape[" in text or text.startswith("len(") or text.endswith(".size")
    return of_data or (bool(spoken) and text.isdigit() and int(text) > 1)


def counts(facts: Facts) -> list[str]:
    """Globals that the file sets to a number of examples of its data, and that its functions read."""
    read = {
        node.id
        for function in ast.walk(facts.tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    found = []
    for node in facts.tree.body:
        for name, value in named_values([node]):
            if name in read and is_count(name, ast.unparse(value)):
                found.append(name)
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Tuple) and ast.unparse(node).endswith(".shape"):
            # `m, n = data.shape`: the one that is used
            found += [one.id for one in target.elts if isinstance(one, ast.Name) and one.id in read][:1]
    return found


def size_constants(facts: Facts) -> list[str]:
    """Globals that are sizes by name or use, set to whole numbers, in order, if there are three: the layers'."""
    examples, counted = counts(facts), _counted_to(facts)
    numbers = dict.fromkeys(
        name
        for name, value in named_values(facts.tree.body)
        if isinstance(value, ast.Constant) and type(value.value) is int and name not in examples
    )
    spoken = [name for name in numbers if vocabulary.kind(name) in ("size", "X", "Y", "output")]
    either = [name for name in numbers if name in spoken or name in counted]
    return next((found for found in (spoken, either) if len(found) == 3), [])


def _counted_to(facts: Facts) -> set[str]:
    """Names that functions of the file count up to, but for rounds: `for j in range(hidden)`."""
    ranges = [
        node.args[0]
        for function in ast.walk(facts.tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "range" and len(node.args) == 1
    ]
    names = {one.id for one in ranges if isinstance(one, ast.Name)}
    return {name for name in names if vocabulary.kind(name) not in ("rounds", "batch_size")}


def one_by_one(facts: Facts) -> bool:
    """Whether the file itself hands over one example after another: `for x, y in data: net.learn(x, y)`."""
    for loop in ast.walk(facts.tree):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            parts = [
                one for one in ast.walk(loop) if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name)
            ]
            if len({ast.unparse(one.value) for one in parts if ast.unparse(one.slice) == loop.target.id}) > 1:
                return True
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Tuple) and not _of_batches(loop.iter):
            given = {name for name in names_in(loop.target) if "batch" not in name.lower()}
            if len(given & {name for statement in loop.body for name in names_in(statement)}) > 1:
                return True
    return False


def has_one_output(facts: Facts) -> bool:
    """Whether the file itself makes its last weights for one output: `W2 = np.random.randn(hidden, 1)`."""
    made = [value for name, value in named_values(ast.walk(facts.tree)) if vocabulary.kind(name) == "W"]
    made += [
        node.value
        for node in ast.walk(facts.tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
        if vocabulary.kind(node.targets[0].attr) == "W"
    ]
    return any(_ends_in_one(part) for value in made for part in ast.walk(value))


def _ends_in_one(node: ast.AST) -> bool:
    """Whether a shape of two sizes is written out that has 1 for one of them: `randn(h, 1)`, `size=(1, h)`."""
    sizes = node.elts if isinstance(node, ast.Tuple) else []
    if isinstance(node, ast.Call) and last_name(node.func) in ("rand", "randn"):
        sizes = node.args
    ones = [isinstance(one, ast.Constant) and one.value == 1 for one in sizes]
    return len(ones) == 2 and sum(ones) == 1 and not any(isinstance(one, ast.Starred | ast.Tuple) for one in sizes)


def called_in(run: str) -> set[str]:
    """Names of the functions and methods that statements call."""
    return {_name(one) for one in ast.walk(ast.parse(run)) if isinstance(one, ast.Call)}


def given_one(facts: Facts) -> set[str]:
    """Functions and methods that the file hands one example at a time: `for x, y in data: net.learn(x, y)`."""
    own = facts.own | {method.name for one in facts.classes for method in one.methods}
    found: set[str] = set()
    for loop in ast.walk(facts.tree):
        if isinstance(loop, ast.For) and not _of_batches(loop.iter):
            given = {name for name in names_in(loop.target) if _may_be_of_one(name)}
            over = loop.iter
            counts = isinstance(over, ast.Call) and ast.unparse(over.func) == "range" and len(over.args) < 3
            for call in (one for part in loop.body for one in ast.walk(part) if isinstance(one, ast.Call)):
                parts = [one.slice if counts and isinstance(one, ast.Subscript) else one for one in call.args]
                of_one = [one for one in parts if isinstance(one, ast.Name) and one.id in given]
                if len(of_one) > 1 and _name(call) in own:
                    found.add(_name(call))
    return found


def _may_be_of_one(name: str) -> bool:
    """Whether a name in a loop may be a part of one example: no batch, no weight, nothing of the training's."""
    kinds = ("W", "b", "rate", "rounds", "batch_size", "size", "decay")
    batch = "batch" in name.lower() or vocabulary.plain(name).endswith(("_b", "xb", "yb"))
    return not batch and vocabulary.kind(name) not in kinds


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _of_batches(over: ast.expr) -> bool:
    """Whether a loop goes through batches: `mini_batches`, `get_batches(X, Y)`; not through one batch."""
    called = {one.attr for one in ast.walk(over) if isinstance(one, ast.Attribute)} | names_in(over)
    return any(word in name.lower() for name in called for word in ("batches", "loader"))


def descends(facts: Facts) -> bool:
    """Whether the file subtracts every step that it takes along a parameter: `W -= rate * dW`, `W = W - step`."""
    signs: set[str] = set()
    for node in ast.walk(facts.tree):
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        if not is_parameter(target):
            continue
        operator, step = (node.op, node.value) if isinstance(node, ast.AugAssign) else (None, node.value)
        if isinstance(node, ast.Assign):
            if not isinstance(step, ast.BinOp) or ast.unparse(step.left) != ast.unparse(target):
                continue
            operator, step = step.op, step.right
        first = step
        while isinstance(first, ast.BinOp):
            first = first.left
        turned = isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub)
        if isinstance(operator, ast.Add | ast.Sub):
            signs.add("-" if isinstance(operator, ast.Sub) != turned else "+")
    return signs == {"-"}


def is_parameter(target: ast.expr) -> bool:
    """Whether something is called like a weight or a bias."""
    words = re.findall(r"\w+", ast.unparse(target))
    return bool(words) and vocabulary.kind(words[-1]) in ("W", "b")


def guards(nodes: Iterable[ast.AST]) -> set[str]:
    """Names like `eps` that are added or compared and nothing is multiplied by: guards, and no learning rates."""
    guarding: set[str] = set()
    multiplied: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            guarding |= {last_name(node.left), last_name(node.right)}
        elif isinstance(node, ast.Compare):
            guarding |= {last_name(one) for one in (node.left, *node.comparators)}
        elif isinstance(node, ast.Call):
            guarding |= {last_name(one) for one in node.args if last_name(node.func) in ("maximum", "clip")}
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult):
            multiplied.add(last_name(node.value))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            multiplying = list(factors(node))
            if sum(not isinstance(one, ast.Constant) for one in multiplying) > 1:  # `2 * eps` is only divided by
                multiplied |= {last_name(one) for one in multiplying}
    return {name for name in guarding - multiplied if {"eps", "epsilon"} & {*vocabulary.parts(name)}}


def factors(node: ast.expr) -> Iterator[ast.expr]:
    """What is multiplied in a product, but for what it is divided by, each without its sign."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.MatMult):
        yield from factors(node.left)
        yield from factors(node.right) if not isinstance(node.op, ast.Div) else ()
    else:
        yield node.operand if isinstance(node, ast.UnaryOp) else node


def names_in(node: ast.AST) -> set[str]:
    """Names that occur in a node."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def bound_in(statement: ast.stmt) -> set[str]:
    """Names that a statement, or one in it, binds or changes; of a function those in its body."""
    body = statement.body if isinstance(statement, ast.FunctionDef) else [statement]
    return {target[0] for target in assigned(body)}
