"""What to say where no contract was found: what the file is instead, what was tried, what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from gradcheck.errors import UngradableError
from gradcheck.network.forward import LOSSES
from gradcheck.proposing import products, vocabulary
from gradcheck.proposing.candidates import UNKNOWN
from gradcheck.proposing.facts import Facts
from gradcheck.proposing.suspicion import READ
from gradcheck.proposing.writing import SKELETON

_DIFFERENTIATE = (
    "torch",
    "tensorflow",
    "keras",
    "jax",
    "autograd",
    "theano",
    "mxnet",
    "tinygrad",
    "paddle",
    "sklearn",
)
_KNOWN = (
    "sigmoid, tanh, relu or no activation in the hidden layer, one of these or softmax in the output layer, "
    "and biases that are added to the products, or none; is the forward pass what it should be?"
)
_ACTIVATIONS = ("sigm", "relu", "logist")  # in names; these are the whole of one: exp, tanh, expit
_PRODUCTS = ("dot", "matmul", "einsum", "outer", "inner", "tensordot", "multiply")


def refusal(path: str, facts: Facts, tried: Mapping[str, str]) -> UngradableError:
    """
    Say what was found, what was tried and what to do.

    Parameters
    ----------
    path : str
    facts : Facts
    tried : mapping
        Kind of contract to why none of them worked.
    """
    found, may_be_one = what(facts)
    if UNKNOWN in tried.values():
        found = f"it runs, but its forward pass is none that gradcheck knows, which are {_KNOWN}"
        tried, may_be_one = {}, True
    read = next((why for why in tried.values() if why.startswith(READ)), None)
    if read is not None:
        found, tried, may_be_one = read, {}, True
    if facts.beside:
        found += f"; if the network is in `{facts.beside[0]}`, try `gradcheck init` on that"
    lines = [f"no contract was found for `{path}`: {found}"]
    if tried and may_be_one:
        lines += ["", "Tried:", *(f"- {kind}: {' '.join(why.split())}" for kind, why in tried.items())]
    if may_be_one:
        lines += ["", "If there is something to check, write the contract by hand; begin with", "", SKELETON]
    return UngradableError("\n".join(lines))


def unknown_loss(path: str, toml: str) -> UngradableError:
    """Say that nobody can tell whether gradients are right before the loss is known."""
    return UngradableError(
        f"`{path}` runs, and its gradients belong together: they are those of some loss. But it is none of those "
        f"that gradcheck knows ({', '.join(LOSSES)}), and nothing in the file computes one of them, so whether "
        "the gradients are right can't be told. If one of them is meant, write it into this contract in place of "
        f"`any`; gradients of any other loss are checked by the pytest fixture.\n\n{toml}"
    )


def what(facts: Facts) -> tuple[str, bool]:
    """Say what a file is, as far as its text tells, and whether it may be a two-layer network all the same."""
    if not any(not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) for node in facts.tree.body):
        return "there is no code in it", False
    libraries = _libraries(facts.tree)
    by_hand = any(_is_product(node) for node in ast.walk(facts.tree)) or _nested(facts.tree)
    if libraries and not by_hand:
        return (
            f"the network is `{libraries[0]}`'s, which makes the gradients itself; "
            "gradcheck checks backpropagation that is written by hand"
        ), False
    found = list(_networks(facts))
    deeper = ((name, one.places["W2"], third) for name, one in found if one.whole for third in one.deeper)
    further = next((third for third in deeper if not _is_data(third[2])), None)
    if further:
        name, last, place = further
        third = f"in {name} `{place}` comes after `{last}`"
        return f"it seems to have more than two layers ({third}); gradcheck knows networks of two", False
    if any(one.whole for _, one in found):
        name, one = next((name, one) for name, one in found if one.whole)
        places = ", ".join(f"{role} is `{place}`" for role, place in sorted(one.places.items()))
        return f"there is a two-layer network in {name} ({places}), but no way of running it was found", True
    if by_hand:
        return (
            f"there are no two layers in it, one after the other, that could be told; it {_defines(facts)}",
            True,
        )
    return f"there is no network in it: no matrix product, no loop within a loop; it {_defines(facts)}", True


def _is_data(place: str) -> bool:
    """Whether a name is that of data: what the trained network is tried on isn't a layer of it."""
    name = place.rpartition(".")[2]
    return vocabulary.kind(name) in ("X", "Y", "output") or "test" in vocabulary.parts(name)


def _networks(facts: Facts) -> Iterator[tuple[str, products.Found]]:
    """The network in each scope, by the scope's name."""
    for function in facts.functions:
        yield f"`{function.name}`", products.of(function, facts)
    for one in facts.classes:
        for method in one.methods:
            yield f"`{one.name}.{method.name}`", products.of(method, facts)
    yield "the script", products.find(facts.tree.body, facts)


def _libraries(tree: ast.Module) -> list[str]:
    """Libraries that differentiate, among those that a file imports."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return [top for name in names if (top := name.partition(".")[0]) in _DIFFERENTIATE]


def _is_product(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", "")) in _PRODUCTS or bool(products.subscripts(node))


def _nested(tree: ast.Module) -> bool:
    """Whether something is multiplied in a loop within a loop, as in networks without arrays."""
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
    return any(
        isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.For | ast.While)
        for inner in ast.walk(outer)
        if isinstance(inner, loops) and inner is not outer
        for product in ast.walk(inner)
    )


def hopeless(facts: Facts) -> bool:
    """Whether there is nothing in a file to try: no products, none of single numbers either, no file beside it."""
    nodes = list(ast.walk(facts.tree))
    multiplied = any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) for node in nodes)
    names = {str(getattr(node, "attr", getattr(node, "id", ""))).lower() for node in nodes}
    activated = bool(names & {"exp", "tanh", "expit"}) or any(
        word in one for one in names for word in _ACTIVATIONS
    )
    units = multiplied and activated and any(one.methods for one in facts.classes)
    return not (units or facts.beside or any(map(_is_product, nodes)) or _nested(facts.tree))


def _defines(facts: Facts) -> str:
    names = [f"`{name}`" for name in facts.defined]
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"defines {', '.join(names[:6])}{more}" if names else "defines nothing"
