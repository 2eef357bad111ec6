"""Edits: what people would change is among them, and all else stays as it was written."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.edits import Edits
from gradcheck.diagnosis.repair.writing import Edit, Scope, Text, binary, misnames

SCOPE = Scope(arrays=("x", "dz", "a", "w"), numbers=("n",), functions=("slope",), numpy="np", product="np.dot")


def made(text: str, scope: Scope = SCOPE, last: bool = True) -> dict[str, Edit]:
    """The texts that edits of the last (or first) root give."""
    program = Program(text)
    root = program.roots[-1 if last else 0]
    return {edit.apply(text): edit for edit in Edits(program, root, scope).below()}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("db = np.sum(dz, axis=1, keepdims=True)", "db = np.sum(dz, axis=0, keepdims=True)"),
        ("db = np.sum(dz, axis=0)", "db = np.sum(dz, axis=0, keepdims=True)"),
        ("db = dz.sum(1)", "db = dz.sum(0)"),
        ("db = np.mean(dz, axis=0)", "db = np.sum(dz, axis=0)"),
        ("db = dz", "db = np.sum(dz, axis=0, keepdims=True)"),
        ("dw = np.dot(x, dz)", "dw = np.dot(x.T, dz)"),
        ("dw = x.T @ dz.T", "dw = x.T @ dz"),
        ("dw = np.dot(dz, x)", "dw = np.dot(x, dz)"),
        ("dw = x.T * dz", "dw = x.T @ dz"),
        ("dw = np.multiply(x, dz)", "dw = np.dot(x, dz)"),
        ("dw = x.T @ a", "dw = x.T @ dz"),
        ("d = dz", "d = dz * slope(a)"),
        ("d = dz", "d = dz * a * (1 - a)"),
        ("d = dz * a", "d = dz * a * (1 - a)"),
        ("d = slope(w)", "d = slope(a)"),
        ("d = a * (1 + a)", "d = a * (1 - a)"),
        ("d = a * 1 - a", "d = a * (1 - a)"),
        ("d = x - a", "d = a - x"),
        ("d = -dz", "d = dz"),
        ("d = dz", "d = dz / n"),
        ("d = 2 * dz", "d = dz"),
        ("d = dz", "d = 2 * dz"),
        ("z = np.dot(x, w)", "z = np.dot(x, w) + a"),
        ("d = dz[1:]", "d = dz"),
        ("d = dz[1:]", "d = dz[:-1]"),
        ("d = dz[:-1]", "d = dz[1:]"),
        ("d = made(x, a, dz)", "d = made(a, x, dz)"),
        ("d = (x > 0).all(axis=0)", "d = x > 0"),
        ("d = n * np.sum(w ** 2)", "d = n * w"),
        ("d = n * (w * w).sum()", "d = n * w"),
        ("u = a - n / len(x) * dz\nv = w - n * dz", "u = a - n / len(x) * dz\nv = w - n / len(x) * dz"),
        ("pair = x[i], a[j:n]", "pair = x[i], a[i]"),
        ("e = np.exp(x)", "e = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)"),
        ("c = 1 / len(p['b'].v)", "c = 1 / len(x.v)"),
        ("c = a == x", "c = a not in x"),
        ("d = 0.5 + slope(a) - x", "d = 0.5 + 0.5 * slope(a) - x"),
        ("p = a - slope(a, axis=0)[None, :]", "p = a - slope(a, axis=1)[:, None]"),
        ("c = a not in x", "c = a in x"),
        ("d = made(x, a, dz)", "d = made(x, dz, a)"),
        ("d = dz * a * (1 - a)", "d = dz"),
        ("d = dz / len(dz[0])", "d = dz / len(dz)"),
        ("d = (dz - a) - 2", "d = (dz - a) ** 2"),
        ("d = a - a / 2", "d = a - a ** 2"),
        ("d = (a < 0) * dz", "d = (a > 0) * dz"),
        ("d = x - a * w * (1 - a)", "d = (x - a) * w * (1 - a)"),
        ("m = 400", "m = x.shape[0]"),
        ("d = dz / 60000", "d = dz / len(x)"),
        ("d = [x[j] - w[0] for j in range(n)]", "d = [x[j] - w[j] for j in range(n)]"),
        ("d = [x[j] - w[-1] for j in range(n)]", "d = [x[j] - w[j] for j in range(n)]"),
        ("e = dz * made(w)\nd = np.dot(dz, x)", "e = dz * made(w)\nd = np.dot(dz * made(w), x)"),
        ("for i in range(n, 1): pass", "for i in range(1, n): pass"),
        ("for i in range(n - 1): pass", "for i in range(n): pass"),
        ("for i in range(n, -1, 1): pass", "for i in range(n, -1, -1): pass"),
        ("for i in range(1, n): pass", "for i in range(n): pass"),
        ("for i in range(n): pass", "for i in range(1, n): pass"),
        ("d = np.add(x, np.divide(a, n))", "d = np.divide(np.add(x, a), n)"),
        ("d = np.add(x, np.divide(a, n, dtype=w))", "d = np.divide(np.add(x, a), n, dtype=w)"),
        ("d = slope(a).round(2)", "d = slope(a)"),
        ("d = x.clip(0, 1)", "d = x"),
        ("d = 1 / dz", "d = -1 / dz"),
        ("d = np.einsum('nh,mi->hi', x, a)", "d = np.einsum('nh,ni->hi', x, a)"),
        ("d = np.einsum('nh,ni->hi', x, a)", "d = np.einsum('nh,ni->ih', x, a)"),
        ("d = np.square(x - a)", "d = 2 * (x - a)"),
        ("d = -dz[n, x]", "d = -np.log(dz[n, x])"),
        ("s = 1.0 / (1.0 + a)", "s = a / (1.0 + a)"),
        ("s = np.exp(np.sum(x, axis=1))", "s = np.sum(np.exp(x), axis=1)"),
        ("h = np.tanh(x) + a", "h = np.tanh(x + a)"),
        ("h = np.tanh(x + a)", "h = np.tanh(x) + a"),
        ("h = np.maximum(0, x) + a", "h = np.maximum(0, x + a)"),
        ("h = np.maximum(0, x + a)", "h = np.maximum(0, x) + a"),
        ("d = a - a ** 2", "d = 1 - a ** 2"),
        ("a = w[f'A{l}']", "a = w[f'A{l - 1}']"),
        ("a = w[f'A{l}']", "a = w[f'A{l + 1}']"),
        ("a = w[f'A{l + 1}']", "a = w[f'A{l}']"),
        ("a = w[f'A{l - 1}']", "a = w[f'A{l - 2}']"),
        ("db = 1 / n * dz.sum(0)\ndw = np.dot(x, a)", "db = 1 / n * dz.sum(0)\ndw = 1 / n * np.dot(x, a)"),
        ("d = (x - a) / n * dz", "d = x - a / n * dz"),
        ("d = np.clip(x, 0, 1)", "d = np.maximum(x, 0)"),
        ("d = np.linalg.pinv(w) @ dz", "d = w.T @ dz"),
        ("d = np.square(x) - np.square(a)", "d = np.square(x - a)"),
        ("d = x ** 2 - a ** 2", "d = (x - a) ** 2"),
        ("c = x / len(other)\nd = dz[0]", "c = x / len(other)\nd = dz[0] / len(other)"),
        ("for l in w:\n    d = a[n + str(1)]", "for l in w:\n    d = a[n + str(l - 1)]"),
        ("d = np.diag(1 - a) ** 2", "d = np.diag(1 - a ** 2)"),
        ("d = np.sum(x) * np.sum(a)", "d = np.sum(x * a)"),
        ("d = sum(x) * sum(a)", "d = sum(p * q for p, q in zip(x, a))"),
        ("d = np.sum(x, axis=0) * np.sum(a, axis=0)", "d = np.sum(x * a, axis=0)"),
        ("d = x.sum(0) * a.sum(0)", "d = (x * a).sum(0)"),
        ("d = (1 - a ** 2) * dz", "d = a * (1 - a) * dz"),
        ("d = a * (1 - a) * dz", "d = (1 - a ** 2) * dz"),
        ("d = a * (1 - a) * dz", "d = (a > 0) * dz"),
        ("d = list(map(slope, x @ w))", "d = list(map(slope, a))"),
        ("d = list(map(other, x))", "d = list(map(slope, x))"),
        ("d = slope(x @ w)", "d = slope(a)"),
        ("d = np.outer(a, 1 - a)", "d = np.diag(a * (1 - a))"),
        ("db = dz[0]", "db = dz.sum(axis=0)"),
        ("d = np.concatenate([x, a, w])", "d = np.concatenate([x, w, a])"),
        ("d = (w[0:a], w[a:n], w[a:n + 1])", "d = (w[0:a], w[a:n], w[n:n + 1])"),
        ("scale = 1", "scale = 1 / n"),
        ("scale = 1", "scale = 1 / x.shape[0]"),
        ("d = dz", "d = dz / (2 * x.shape[0])"),
        ("d = dz.T", "d = dz.reshape(-1, 1)"),
        ("d = dz", "d = np.zeros_like(dz)"),
        ("d = np.ones(dz.shape)", "d = np.zeros(dz.shape)"),
        ("for j in a: d = w[0]", "for j in a: d = w[j]"),
        ("for j in a: d = w['W' + str(j)]", "for j in a: d = w['W' + str(j - 1)]"),
        ("d = dz * n", "d = dz * 2 / n"),
        ("for i in range(0, len(dz), 2): pass", "for i in range(0, len(x), 2): pass"),
        ("for i in range(w.shape[1]): pass", "for i in range(x.shape[1]): pass"),
        ("for i in range(a.shape[1]): pass", "for i in range(x.shape[1]): pass"),
        ("d = -dz[n, x].mean()", "d = -np.log(dz[n, x]).mean()"),
        ("d = x.sum(axis=0)", "d = (-x).sum(axis=0)"),
        ("for i in range(1 - n): pass", "for i in range(n - 1): pass"),
        ("d = w[x]", "d = w[x - 1]"),
        ("d = w[x - 1]", "d = w[x]"),
        ("d = np.arange(n)[:, None] == x", "d = np.arange(n)[:, None] == x - 1"),
        ("d = np.arange(n)[:, None] == x", "d = np.arange(n)[:, None] + 1 == x"),
        ("h = x @ w", "h = np.maximum(x @ w, 0)"),
        ("d = a * 1 - a * dz", "d = a * (1 - a) * dz"),
        ("d = w + x - a * dz / n", "d = w + (x - a) * dz / n"),
        ("d = slope(a * (1 - slope(a)))", "d = slope(a) * (1 - slope(a))"),
        ("d = made(w, x, a)", "d = made(a, x, w)"),
        ("d = max(x, 10)", "d = min(x, 10)"),
        ("d = dz.reshape(n, -1)", "d = dz.T"),
        ("d = np.reshape(dz, (n, 2)).T", "d = np.reshape(dz, (2, n))"),
        ("d = dz.reshape(n, 2).T", "d = dz.reshape(2, n)"),
        ("m = np.array_split(range(1, n), 3)", "m = np.array_split(range(n), 3)"),
        ("m = zip(x[1:], w[1:])", "m = zip(x, w)"),
        ("m = zip(x[:-1], w[:-1], strict=True)", "m = zip(x, w, strict=True)"),
        ("h = x @ w", "h = 1 / (1 + np.exp(-(x @ w)))"),
        ("d = x @ w ** 2", "d = x / w ** 2"),
        ("d = [a if x > 'w' else w for x in a]", "d = [a if x == 'w' else w for x in a]"),
    ],
)
def test_edit_that_people_need_is_made(wrong: str, right: str) -> None:
    """Each of the slips of the catalogue is one edit away, or its inverse is."""
    texts = {ast.unparse(ast.parse(text)) for text in made(wrong)}
    assert ast.unparse(ast.parse(right)) in texts


def test_an_object_that_only_an_index_makes_something_of_stands_nowhere_alone() -> None:
    """`np.r_` is no array, and a product with it never ends."""
    assert not any("np.r_)" in text or text.endswith("np.r_") for text in made("d = np.dot(w, np.r_[x, 1])"))


def test_a_step_without_its_rate_is_given_that_of_the_others() -> None:
    """By its name, and not by the number that it happens to be worth in this run."""
    scope = replace(SCOPE, numbers=("n", "rate"), fixed={"rate": 0.5})
    lacking = made("w -= rate * dz\nb -= dz.sum(0)", scope)
    assert "w -= rate * dz\nb -= rate * dz.sum(0)" in lacking
    assert not any("0.5 *" in text for text in lacking)
    assert any("0.5 *" in text for text in made("b -= dz.sum(0)"))
    whole = made("w -= rate * dz\nb -= rate * dz.sum(0)", scope)
    assert not any("rate * rate * dz" in text or "rate * (rate * dz.sum" in text for text in whole)


def test_no_sign_is_put_before_a_sign() -> None:
    """Nor parentheses where they change nothing, nor a star where there is no call."""
    assert not any("--" in text for text in made("for i in range(n, -1, -1): pass"))
    assert "for i in range(n, 1, -1): pass" in made("for i in range(n, -1, -1): pass")
    assert made("d = x + w * 2 - a").keys().isdisjoint(("d = x + (w * 2) - a", "d = (x + w * 2) - a"))
    assert "d = (*w).T" not in made("d = dz.reshape(*w, 3).T")


def test_another_method_of_the_same_class_may_be_meant() -> None:
    """One that takes as much; of another class, or with more arguments, none."""
    text = """\
class ReLU:
    def forward(self, z): self.z = z
    def backward(self, d): return d * (self.z > 0)
    def step(self, w, rate): pass
class Loss:
    def value(self, o): pass
g = act.forward(dz)
"""
    assert {new.splitlines()[-1] for new in made(text) if "act." in new} >= {"g = act.backward(dz)"}
    assert not any("act.step" in new or "act.value" in new for new in made(text))


def test_everything_else_stays_as_it_was() -> None:
    """Spacing, comments, quotes and non-ASCII names before the edit are kept byte for byte."""
    text = "é = 'ü'  # ñ\nd  =  np.dot( x,dz )   # keep\n"
    assert "é = 'ü'  # ñ\nd  =  np.dot( x.T,dz )   # keep\n" in made(text)


def test_parentheses_are_added_only_where_needed_and_removed_with_what_they_grouped() -> None:
    """A sum in a product gets parentheses, an argument doesn't, and a lone name keeps none."""
    texts = made("d = (a + w) * x")
    assert "d = a * x" in texts
    assert "d = (a - w) * x" in texts
    assert "d = (a) * x" not in texts
    assert "f = slope(a - w)" in made("f = slope(a + w)")
    assert binary(Text("a - b", 12), "*", Text("c")).text == "(a - b) * c"
    assert binary(Text("a"), "-", Text("b - c", 12)).text == "a - (b - c)"


def test_every_edit_parses_and_changes_something() -> None:
    """Whatever is generated is Python, and not the same text."""
    text = "def f(self, x):\n    return (x[1:, 0] - self.b) ** 2 / -len(x) if x.any() else np.dot(x, x.T)[None]\n"
    for new in made(text, SCOPE):
        ast.parse(new)
        assert new != text


def test_value_multiplied_into_a_target_is_evaluated_with_it() -> None:
    """What `d *= e` does is seen in d, not in e."""
    assert "(d) * (1 - a)" in {edit.expression for edit in made("d *= 1 + a").values()}


def test_names_of_calls_modules_and_targets_are_left_alone() -> None:
    """No edit puts a variable in place of numpy, of a function's name or of what is assigned to."""
    for new in made("d[a] = np.dot(x, dz)"):
        assert new.startswith("d[a] = ")
        assert "x.dot(x, dz)" not in new


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("n = x.shape[1]", "n = len(x)"),
        ("n = len(x)", "n = x.shape[1]"),
        ("d = dz / x.size", "d = dz / x.shape[0]"),
        ("d -= dz", "d *= dz"),
        ("s = lambda q: dz / (1 + a)", "s = lambda q: dz * (1 + a)"),
    ],
)
def test_counts_updates_and_lambdas_are_edited_too(wrong: str, right: str) -> None:
    """A count is taken for another one of the same array; an update has another operator; a lambda has a body."""
    texts = {ast.unparse(ast.parse(text)) for text in made(wrong)}
    assert ast.unparse(ast.parse(right)) in texts


def test_a_factor_too_many_is_left_out_rather_than_another_one_taken_twice() -> None:
    """Of `x * w * a` there are `x * a`, and `x * a * a` only after it."""
    costs = {ast.unparse(ast.parse(text)): edit.cost for text, edit in made("d = x * w * a").items()}
    assert costs["d = x * a"] < costs["d = x * a * a"]
    assert costs["d = x * dz * a"] < costs["d = x * a"]


@pytest.mark.parametrize("wrong", ["d = x - 1", "d = x + 2", "d = x / 2", "d = 1 - x", "d = x * 2"])
def test_nothing_is_added_that_changes_nothing(wrong: str) -> None:
    """Neither `- 0` nor `* 1`: what is there too much is left out."""
    texts = {ast.unparse(ast.parse(text)) for text in made(wrong)}
    assert "d = x" in texts
    assert not texts & {f"d = x {change}" for change in ("- 0", "+ 0", "* 1", "/ 1", "** 1")} | texts & {
        "d = 1 * x"
    }


def test_options_that_other_calls_have_are_offered() -> None:
    """An option is taken over from a call of the same function, and not from that of another."""
    text = "a = np.tensordot(x, w, axes=(1, 0))\nb = np.tensordot(x, w)\nc = np.dot(x, w)\n"
    program = Program(text)
    offered = [
        edit.apply(text).splitlines() for root in program.roots for edit in Edits(program, root, Scope()).below()
    ]
    assert [
        "a = np.tensordot(x, w, axes=(1, 0))",
        "b = np.tensordot(x, w, axes=(1, 0))",
        "c = np.dot(x, w)",
    ] in offered
    assert not any("axes" in last for *_, last in offered)


def test_options_are_those_of_the_method_whatever_it_is_called_on() -> None:
    """`order="F"` for one half of what is unrolled is meant for the other."""
    text = 'a = x[:n].reshape((2, 3), order="F")\nb = w.reshape((3, 2))\n'
    program = Program(text)
    offered = {edit.apply(text) for root in program.roots for edit in Edits(program, root, Scope()).below()}
    assert text.replace("(3, 2))", '(3, 2), order="F")') in offered


def test_what_a_comprehension_drops_is_what_it_may_lack() -> None:
    """A name that is taken and not used is added first; what is used everywhere, late."""
    text = "s = [new for old, new in zip(x, dz)]"
    program = Program(text)
    assert program.scopes.dropped(program.expression(program.roots[-1])) == ["old"]
    scope = Scope(arrays=("x", "dz", "new", "old"), numpy="np", idle=("old",))
    found = made(text, scope)
    assert (
        found["s = [new + old for old, new in zip(x, dz)]"].cost
        < found["s = [new + x for old, new in zip(x, dz)]"].cost
    )
    used = Program("s = [old + new for old, new in zip(x, dz)]")
    assert used.scopes.dropped(used.expression(used.roots[-1])) == []


def test_parentheses_that_hold_lines_together_stay() -> None:
    """An expression over several lines is put into them again."""
    text = "d = (dz\n     * a\n     * w)"
    broken = [after for after in made(text) if not parses(after)]
    assert made(text)
    assert not broken


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def test_how_far_a_loop_counts_is_edited_as_a_whole_number() -> None:
    """With what other loops count to, and without what one does to arrays."""
    text = "for j in range(len(a)): pass\nfor i in range(n - 1): pass"
    last = {new.split("\n")[1] for new in made(text)}
    assert {"for i in range(n): pass", "for i in range(len(a) - 1): pass", "for i in range(n + 1): pass"} <= last
    assert not any(odd in new for new in last for odd in (".T", "np.", "slope", "x"))


def test_what_a_sum_goes_over_may_be_a_formula_from_elsewhere() -> None:
    """A delta that has no name is written out again; a name alone goes over nothing."""
    text = "dw = x.T @ (dz * a)\ndb = np.sum(dw, axis=0)"
    assert "db = np.sum(dz * a, axis=0)" in {new.split("\n")[1] for new in made(text)}
    assert "db = dz * a" not in {new.split("\n")[1] for new in made(text.replace("np.sum(dw, axis=0)", "dw"))}


def test_no_edit_costs_more_than_it_may() -> None:
    """Whatever makes it: another operator of an assignment, or one name for another that is there twice."""
    for text in ("d *= a * (1 - a)", "d = x * (1 - x)"):
        program = Program(text)
        found = list(Edits(program, program.roots[-1], SCOPE).below(0.95))
        assert found
        assert all(edit.cost < 0.95 for edit in found)


@pytest.mark.parametrize(
    ("text", "right", "chance"),
    [
        ("for i in range(n):\n    d = dz + w", "d = dz + a", "d = dz + i"),
        ("for i, row in enumerate(x):\n    d = dz / n", "d = dz", "d = dz / i"),
        ("while t < n:\n    t += 1\n    d = dz * a", "d = dz + a", "d = dz * t"),
    ],
)
def test_no_counter_stands_for_what_it_happens_to_be(text: str, right: str, chance: str) -> None:
    """In the first turn it is 0, and something else in the next; which item is asked for it may say."""
    scope = Scope(arrays=SCOPE.arrays, numbers=("n", "i", "t"), functions=(), numpy="np", product="@")
    before = text.rpartition("d = ")[0]
    found = made(text, scope)
    assert f"{before}{right}" in found
    assert f"{before}{chance}" not in found
    assert "for i in range(n):\n    d = w[i]" in made("for i in range(n):\n    d = w[n]", scope)


def test_an_option_is_not_turned() -> None:
    """With the other way none of the lines that were run is mended; what counts turns is compared otherwise."""
    for asked in ("training", "not training", "kind == 'relu'", "a and not b"):
        program = Program(f"if {asked}:\n    d = 1\n")
        assert not list(Edits(program, program.roots[0], SCOPE).below())
    for asked, other in (("deriv", "not deriv"), ("not deriv", "deriv")):  # unless it chooses between two ways
        text = "if {}:\n    d = 1\nelse:\n    d = 2"
        program = Program(text.format(asked))
        (root,) = (one for one in program.roots if isinstance(program.nodes[one.statement], ast.If))
        (edit,) = Edits(program, root, SCOPE).below()
        assert edit.apply(program.text) == text.format(other)
    program = Program("for i in range(3):\n    if i > 0:\n        d = 1\n")
    root = next(one for one in program.roots if program.segment(program.expression(one)) == "i > 0")
    assert "i >= 0" in {edit.expression for edit in Edits(program, root, SCOPE).below()}
    assert made("simple = False") == {}
    assert "f(x, keep=True)" in made("f(x, keep=False)")


def test_off_by_one_the_one_goes_first() -> None:
    """Rather than that it is added."""
    found = made("d = f(n - 1)")
    assert found["d = f(n)"].cost < found["d = f(n + 1)"].cost


@pytest.mark.parametrize(
    "text", ["d = super().forward(x)", "d = np.random.default_rng(0).normal()", "d = a.step(x)"]
)
def test_an_object_is_not_taken_for_what_its_method_makes(text: str) -> None:
    """Only of an array's own methods what they are called on is worth a try."""
    assert text.rpartition(".")[0] not in made(text)


def test_a_function_of_two_that_nothing_calls_was_made_for_something() -> None:
    """It is offered with what is within reach, in either order; not once it is called."""
    text = "def prime(a, b):\n    return a - b\nd = out"
    scope = Scope(arrays=("y",))
    assert {f"{text[:-3]}{call}" for call in ("prime(out, y)", "prime(y, out)")} <= made(text, scope).keys()
    assert not [one for one in made(f"{text} + prime(1, 2)", scope) if "prime(out" in one]


def test_two_values_may_stand_for_each_other() -> None:
    """Wherever they are in an expression; one that is there twice, once."""
    found = made("d = slope(error) * h", Scope(arrays=("error", "h")))
    assert "d = slope(h) * error" in found
    assert "d = slope(error) * h" not in found


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("a = np.where(x > 0, 1, 0)", "a = np.where(x > 0, x, 0)"),
        ("a = np.where(x > 0, x, 0)", "a = np.where(x > 0, 1, 0)"),
        ("a = x * (1 if n > 0 else 0)", "a = x * (n if n > 0 else 0)"),
        ("dz = (a > 0.5) - x", "dz = a - x"),
        ("dz = a[x]", "dz = a[np.arange(len(x)), x]"),
        ("dz = np.log10(a)", "dz = np.log(a)"),
        ("dz = x @ w", "dz = x @ w + a.T"),
        ("dz = x * x + a * a + x * x", "dz = x * x + a * a + w * w"),
    ],
)
def test_what_losses_and_conditions_take(wrong: str, right: str) -> None:
    """Another way out of a condition, what is compared, the rows of labels, and a value that is taken twice."""
    assert right in made(wrong)
    assert right not in made(wrong.replace("a", "q").replace("x", "p"))


def test_a_rate_of_a_half_is_written_by_its_name() -> None:
    """Where it is a factor beside; a count of something is none, nor is it multiplied in twice."""
    scope = replace(SCOPE, numbers=("rate",), fixed={"rate": 0.5})
    beside = "b = a + rate * x\n"
    found = made(f"{beside}w = x + dz", scope)
    assert found[f"{beside}w = x + rate * dz"].cost < found[f"{beside}w = x + 0.5 * dz"].cost
    assert "w = x + 0.5 * dz" in made("w = x + dz", scope)
    assert "w = x + rate * dz" not in made("w = x + dz", scope)
    assert "w = x + rate * (rate * dz)" not in made("w = x + rate * dz", scope)


def test_a_count_stands_for_a_number_that_may_be_one() -> None:
    """And for no rate, be it of a name that is always worth the same."""
    for worth, counts in ((400.0, True), (0.5, False)):
        scope = replace(SCOPE, numbers=("m",), fixed={"m": worth})
        assert ("w = dz / x.shape[0]" in made("w = dz / m", scope)) == counts


def test_one_more_or_less_of_what_is_compared_is_one_number() -> None:
    """`n - 2`, not `n - 1 - 1`; and `n` itself."""
    text = "a = x if n == n - 1 else w"
    assert {"a = x if n == n - 2 else w", "a = x if n == n else w"} <= made(text).keys()
    assert not any("- 1 - 1" in one for one in made(text))


def test_a_mask_may_be_one_that_was_kept() -> None:
    """In the place of a comparison: but none of what is compared."""
    found = made("dz[dz <= 0] = 0", last=False)
    assert "dz[a] = 0" in found
    assert "dz[dz] = 0" not in found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Trace(x=x, z=z, a=a)", "Trace(x=x, z=a, a=z)", True),
        ('{"z": z}', '{"z": a}', True),
        ("z, a=a", "a, a=z", True),  # as much of it as differs
        ('{"z": z}', '{"z": 2 * z}', False),
        ("Trace(z=z, a=h)", "Trace(z=z, a=a)", False),
        ("Trace(z=z)", "Trace(z=z[0])", False),
        ("Trace(z=h)", "Trace(z=a)", False),
    ],
)
def test_what_goes_by_its_own_name_keeps_it(before: str, after: str, expected: bool) -> None:
    """No other name stands for it; an expression of it may."""
    assert misnames(f"t = {before}", Edit(4, 4 + len(before), after, 1.0)) is expected


def test_what_is_added_is_laid_out_as_elsewhere() -> None:
    """A bias that has one axis, in a file that gives another one a second."""
    scope = replace(SCOPE, arrays=("x", "w", "c"), idle=("c",))
    for way in ("[:, None]", "[:, np.newaxis]", ".reshape(-1, 1)"):
        assert f"u = x + b{way}\nz = f(w, x) + c{way}" in made(f"u = x + b{way}\nz = f(w, x)", scope)
    assert not any("c[" in text for text in made("u = x + b[0]\nz = f(w, x)", scope))


def test_an_activation_may_be_one_that_the_file_has_nowhere() -> None:
    """In the place of its own function; not in a helper, which is about what it is called for."""
    found = made("a = slope(x)")
    assert {"a = np.tanh(x)", "a = np.maximum(0, x)", "a = 1 / (1 + np.exp(-x))"} <= found.keys()
    text = "def prime(x):\n    g = slope(x)\n"
    cheap = {text for text, edit in made(text).items() if edit.cost < 1.35}
    assert text.replace("slope(x)", "np.tanh(x)") not in cheap


def test_squares_of_matrices_are_taken_entry_by_entry() -> None:
    """There `**` and `*` are products of matrices."""
    matrices = replace(SCOPE, elementwise="np.multiply", power="np.power")
    found = made("d = x * w", matrices)
    assert "d = np.multiply(x * w, 1 - np.power(a, 2))" in found
    assert "d = x * w * (1 - a ** 2)" not in found
    assert "d = x * w * (1 - a ** 2)" in made("d = x * w")


def test_what_is_stacked_may_lack_its_function() -> None:
    """As activations with a row of ones do."""
    assert "a = np.vstack((1, slope(x)))" in made("a = np.vstack((1, x))")


def test_a_method_that_nobody_calls_may_be_what_is_lacking() -> None:
    """One without arguments that gives something."""
    engine = "class T:\n    def relu(self):\n        return T()\n    def show(self, n):\n        return n\n"
    found = made(f"{engine}h = x @ w")
    assert f"{engine}h = (x @ w).relu()" in found
    assert not any(".show()" in text for text in found)
    assert not any("(x @ w).relu()" in text for text in made(f"{engine}h = x @ w\nq = h.relu()", last=False))


def test_an_entry_at_two_places_is_made_of_what_has_both() -> None:
    """`w[j][k]` of what only has k lacks what has j: in loops of single numbers it is the first to try."""
    one = replace(SCOPE, arrays=("d[k]", "a[j]", "a[k]"), single=True)
    text = "for j in r:\n    for k in r:\n        c = d[k]\n        w[j][k] += c"
    found = made(text, one, last=False)
    costs = {edit.replacement: edit.cost for edit in found.values()}
    program = Program(text)
    root = next(one for one in program.roots if program.segment(program.expression(one)) == "d[k]")
    costs = {edit.replacement: edit.cost for edit in Edits(program, root, one).below()}
    assert costs["d[k] * a[j]"] < 1.36 < costs["d[k] * a[k]"]
