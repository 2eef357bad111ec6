"""The watch: it sees every value, and a program under it behaves as without it."""

from __future__ import annotations

import ast
import sys
import traceback
from typing import Any

import numpy as np
import pytest

from gradcheck.submissions import arrays, instrumenting, watch
from gradcheck.submissions.harmless import Calls, calls
from gradcheck.submissions.job import Evaluation, Event
from gradcheck.submissions.undoing import State

PROGRAM = """\
import numpy as np
class Net:
    scale = 2
    def __init__(self, w):
        super().__init__()
        self.w = w
    @staticmethod
    def act(z, slope=False):
        return z * (1 - z) if slope else 1 / (1 + np.exp(-z))
    def run(self, x):
        rows = [self.act(row @ self.w) for row in x]
        total = np.zeros(self.w.shape[1])
        for i, row in enumerate(rows):
            total[i % 2] += row.sum()
            total += (lambda r: r * self.scale)(row)
        a, b = total, -total
        del rows
        note: str = f"{a[0]:.3f}"
        match len(note):
            case 0:
                a = b
            case _:
                a = a + b * 2
        return a, note
"""


def run(text: str, *evaluations: Evaluation, watched: bool = True, **names: Any) -> tuple[dict[str, Any], Any]:
    tree = ast.parse(text)
    recorder = watch.Recorder(evaluations)
    namespace: dict[str, Any] = {instrumenting.NAME: recorder, "np": np, "__name__": "student", **names}
    if watched:
        tree = instrumenting.instrument(tree, evaluations)
    exec(compile(tree, "student.py", "exec"), namespace)
    return namespace, recorder


def texts(text: str, events: tuple[Event, ...]) -> list[tuple[str, Any]]:
    nodes = list(ast.walk(ast.parse(text)))
    return [(str(ast.get_source_segment(text, nodes[e.node])), e.value.tolist()) for e in events]  # type: ignore[arg-type]


def statement(text: str, start: str) -> int:
    found = [
        index
        for index, node in enumerate(ast.walk(ast.parse(text)))
        if isinstance(node, ast.stmt) and str(ast.get_source_segment(text, node)).startswith(start)
    ]
    return found[0]


def test_program_computes_the_same_under_watch() -> None:
    """Methods, properties of classes, loops, comprehensions, lambdas, match and f-strings give what they gave."""
    x, w = np.arange(6.0).reshape(3, 2), np.ones((2, 2)) / 3
    results = []
    for watched in (False, True):
        namespace, _ = run(PROGRAM, watched=watched)
        results.append(namespace["Net"](w).run(x))
    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_every_operand_and_result_is_reported_in_order() -> None:
    """Operands come before what is made of them, and the target after that."""
    text = "y = (2 - x) * x\n"
    _, recorder = run(text, x=np.array([3.0]))
    assert texts(text, recorder.events()) == [
        ("x", [3.0]), ("2 - x", [-1.0]), ("x", [3.0]), ("(2 - x) * x", [-3.0]), ("y = (2 - x) * x", [-3.0]),
    ]  # fmt: skip


def test_targets_are_reported_after_assignment() -> None:
    """Augmented, annotated, subscripted, dotted and tuple targets report what they hold afterwards."""
    text = "a = [1.0, 2.0]\na[0] += 4\nb: float = 2.0\nc, d = a[1], b\n"
    _, recorder = run(text)
    seen = texts(text, recorder.events())
    assert ("a[0] += 4", 5.0) in seen
    assert ("b: float = 2.0", 2.0) in seen
    assert ("c", 2.0) in seen
    assert ("d", 2.0) in seen


def test_a_parameter_that_nothing_reads_is_reported() -> None:
    """Once a call, also behind a docstring; the others are seen where they are read."""
    text = "def f(x, n, *rest):\n    'of x'\n    g = lambda: x\n    return g()\nf(1.0, 5), f(2.0, 6)\n"
    namespace, recorder = run(text)
    assert namespace["f"].__doc__ == "of x"
    assert [pair for pair in texts(text, recorder.events()) if pair[0] == "n"] == [("n", 5.0), ("n", 6.0)]


def test_values_are_copies() -> None:
    """What a program does in place later doesn't change what was seen before."""
    text = "b = a + 0\na[0] = 9\n"
    _, recorder = run(text, a=np.array([1.0, 2.0]))
    assert texts(text, recorder.events())[0] == ("a", [1.0, 2.0])


def test_numbers_lists_and_dtypes_become_float64() -> None:
    """Whatever is numeric is seen as float64; what isn't is not reported."""
    assert [arrays.as_array(v).tolist() for v in (1, True, [1, 2], np.float32(2), np.array([1 + 2j]))] == [  # type: ignore[union-attr]
        1.0, 1.0, [1.0, 2.0], 2.0, [1.0],
    ]  # fmt: skip
    for value in ("text", None, [], ["a"], [[1], [1, 2]], np, {"a": 1}, np.array(["a"]), np.zeros(0), 10**400):
        assert arrays.as_array(value) is None, value


class Held:
    """As an engine's values are."""

    def __init__(self, data: object) -> None:
        self.data, self.grad = data, 0.0

    def __mul__(self, other: Held) -> Held:
        return self


class Shaped:
    """One that says first how large it is."""

    def __init__(self) -> None:
        self.shape, self.data = (1,), 3.0

    __mul__ = Held.__mul__


class Hidden:
    """One that fails when it is looked into."""

    @property
    def __dict__(self) -> dict[str, object]:  # type: ignore[override]
        raise RuntimeError

    __mul__ = Held.__mul__


class Layer:
    """What nobody computes with."""

    def __init__(self) -> None:
        self.w = np.ones((2, 3))


def test_what_can_be_computed_with_is_what_it_holds_first() -> None:
    """An engine's values and lists of them; an object that only keeps arrays is none."""
    assert arrays.as_array(Held(2.0)) == 2.0
    found = arrays.as_array([[Held(1.0), Held(2.0)], [Held(3.0), Held(4.0)]])
    assert found is not None
    assert found.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert arrays.as_array(Held("nothing")) is None
    assert arrays.as_array(Shaped()) == 3.0
    assert arrays.as_array(Hidden()) is None
    assert arrays.as_array(Layer()) is None


def test_each_of_the_layers_in_a_list_is_a_value() -> None:
    """Whatever their shapes; many rows are one array, and so are numbers."""
    weights, more = np.ones((2, 3)), np.zeros((3, 4))
    assert [one.shape for one in arrays.as_arrays([weights, more])] == [(2, 3), (3, 4)]
    assert [one.shape for one in arrays.as_arrays([np.ones(3), np.zeros(3)])] == [(3,), (3,)]
    assert [one.shape for one in arrays.as_arrays([np.ones(3)] * 5)] == [(5, 3)]
    assert [one.shape for one in arrays.as_arrays([1.0, 2.0])] == [(2,)]
    assert arrays.as_arrays([weights, "nothing"]) == []
    recorded = watch.Recorder()
    recorded(1, [weights, more])
    assert [event.value.shape for event in recorded.events()] == [(2, 3), (3, 4)]


def test_events_of_one_node_are_bounded_and_keep_the_last() -> None:
    """A long loop reports its first values and its last, not all."""
    text = "for i in range(1000):\n    s = i + 0\n"
    _, recorder = run(text)
    values = [e.value.item() for e in recorder.events() if e.node == statement(text, "s =")]
    assert len(values) == watch.EVENTS_PER_NODE + 1
    assert values[:2] == [0.0, 1.0]
    assert values[-1] == 999.0


def test_traceback_still_names_the_line() -> None:
    """An error inside a watched program is reported on the student's own line."""
    with pytest.raises(ZeroDivisionError) as caught:
        run("a = 1\n\nb = (a +\n     a / 0)\n")
    assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == 4


def test_candidates_are_evaluated_in_the_frame_each_time() -> None:
    """Candidates see locals, globals and comprehensions over both; those that fail give no value."""
    text = "def f(x):\n    for i in range(2):\n        y = x * k\n    return y\nf(3)\n"
    asked = Evaluation(
        node=statement(text, "y ="), expressions=("x + k", "nonsense", "[x * i for _ in [1]]", "x +")
    )
    _, recorder = run(text, asked, k=2)
    got = [(e.candidate, e.value.tolist()) for e in recorder.events() if e.candidate >= 0]
    assert got == [(0, 5.0), (2, [0.0]), (0, 5.0), (2, [3.0])]


def test_candidates_see_what_enclosing_functions_hold() -> None:
    """Though the function that they stand in doesn't; in lambdas, too. Unbound names give no value."""
    text = (
        "def outer(w, v):\n    def slope(a):\n        return 3 * a\n    u = 2.0\n"
        "    def inner(d):\n        back = d + 0\n        return back\n"
        "    return inner(1.0) + (lambda e: e + 0)(3.0)\nouter(5.0, 7.0)\n"
    )
    nodes = list(ast.walk(ast.parse(text)))
    function = next(index for index, node in enumerate(nodes) if isinstance(node, ast.Lambda))
    asked = [
        Evaluation(node=statement(text, "back ="), expressions=("w * d", "u * d + v", "missing * d", "slope(d)")),
        Evaluation(node=function, expressions=("e * v", "missing")),
    ]
    _, recorder = run(text, *asked)
    got = [(e.node == function, e.candidate, e.value.item()) for e in recorder.events() if e.candidate >= 0]
    assert got == [(False, 0, 5.0), (False, 1, 9.0), (False, 3, 3.0), (True, 0, 21.0)]


def test_a_candidate_that_fails_again_and_again_is_given_up() -> None:
    """What comes after it is evaluated all the same; one that only fails at first has values later on."""
    tried: list[str] = []
    text = "for i in range(6):\n    y = i\n"
    asked = Evaluation(node=statement(text, "y ="), expressions=("call('a') / 0", "i + 1", "6 / i"))
    _, recorder = run(text, asked, call=lambda name: tried.append(name) or 1.0)
    got = [[e.value.item() for e in recorder.events() if e.candidate == index] for index in range(3)]
    assert tried == ["a"] * 3
    assert got == [[], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [6.0, 3.0, 2.0, 1.5, 1.2]]


def test_a_candidate_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `np.dot(w, np.r_)`, which goes over the numbers from 0 on; candidates of other statements have values."""
    monkeypatch.setattr(watch, "EVALUATION_SECONDS", 0.2)
    text = "y = k\nz = y\n"
    asked = [
        Evaluation(node=statement(text, "y ="), expressions=("np.dot(k, np.r_)",)),
        Evaluation(node=statement(text, "z ="), expressions=("y + 1",)),
    ]
    names, recorder = run(text, *asked, k=np.ones(2), np=np)
    got = [(e.candidate, e.value.tolist()) for e in recorder.events() if e.candidate >= 0]
    assert got == [(0, [2.0, 2.0])]
    assert names["z"].tolist() == [1.0, 1.0]


def test_a_function_that_asks_for_its_locals_has_no_others_under_evaluation() -> None:
    """What enclosing functions hold isn't added to them."""
    inner = "    def inner(d):\n        back = sorted(locals())\n        return back\n"
    text = f"def outer(w):\n{inner}    return inner(1.0)\nnames = outer(5.0)\n"
    names, _ = run(text, Evaluation(node=statement(text, "return back"), expressions=("w",)))
    assert names["names"] == ["d"]


def test_candidates_are_evaluated_without_a_watch_too() -> None:
    """Within functions, loops and handlers the candidates alone are reported when nothing else is to be."""
    text = "try:\n    fail()\nexcept NameError:\n    def f(x):\n        return x * 2\nf(3)\n"
    asked = Evaluation(node=statement(text, "return"), expressions=("x",))
    tree = instrumenting.instrument(ast.parse(text), [asked], watch=False)
    recorder = watch.Recorder([asked])
    exec(compile(tree, "s", "exec"), {instrumenting.NAME: recorder})
    assert [(e.candidate, e.value.item()) for e in recorder.events()] == [(0, 3.0)]


def test_candidates_see_what_is_private_to_their_class() -> None:
    """As the statement does, in a method and in what it defines; another class has no such attribute."""
    text = (
        "class A:\n    def f(self):\n        self.__v = 2.0\n        b = self.__v\n"
        "class B:\n    def g(self, a):\n        c = 1.0\nA().f()\na = A()\na.f()\nB().g(a)\n"
    )
    inside, outside = (
        Evaluation(node=statement(text, start), expressions=(expression,))
        for start, expression in (("b =", "self.__v + 1"), ("c =", "a.__v + 1"))
    )
    assert [e.value.item() for e in run(text, inside)[1].events() if e.candidate >= 0] == [3.0, 3.0]
    assert [e for e in run(text, outside)[1].events() if e.candidate >= 0] == []


def test_private_names_are_those_of_the_innermost_class() -> None:
    """Of a class in a function, and in a class; parameters are private, too."""
    text = (
        "def make():\n    class A:\n        class B:\n            def f(self, __v):\n                b = __v\n"
        "    return A.B\nmake()().f(2.0)\n"
    )
    asked = Evaluation(node=statement(text, "b ="), expressions=("__v + 1",))
    assert [e.value.item() for e in run(text, asked)[1].events() if e.candidate >= 0] == [3.0]


def test_candidates_leave_the_program_alone() -> None:
    """A candidate that sorts an array in place does so to a copy, and what it calls reports nothing."""
    text = "def g(v):\n    v.sort()\n    return v + 1\na = np.array([2.0, 1.0])\nb = a + 0\n"
    asked = Evaluation(node=statement(text, "b ="), expressions=("g(a)", "a"))
    namespace, recorder = run(text, asked)
    assert namespace["b"].tolist() == [2.0, 1.0]
    assert all(e.node >= 0 for e in recorder.events())
    inside = statement(text, "return v + 1")
    assert not [e for e in recorder.events() if e.node == inside]


def test_candidates_that_call_methods_leave_their_object_alone() -> None:
    """A candidate that sets attributes is undone before the next is evaluated."""
    text = "class N:\n    def set(self, v):\n        self.v = v\n        return v\nn = N()\nn.v = 1\nb = n.v\n"
    asked = Evaluation(node=statement(text, "b ="), expressions=("n.set(5)", "n.v"))
    namespace, recorder = run(text, asked)
    assert [e.value.item() for e in recorder.events() if e.candidate >= 0] == [5.0, 1.0]
    assert namespace["b"] == 1


def test_what_a_called_method_changes_in_place_is_put_back() -> None:
    """Arrays and lists that objects hold, and names of the module, are as they were for the next candidate."""
    text = (
        "import numpy as np\n\nclass N:\n    def __init__(self):\n"
        "        self.w, self.kept = [np.ones(2)], []\n\n"
        "    def step(self):\n        global count\n        count += 1\n"
        "        self.w[0] -= 3\n        self.kept.append(1)\n        return self.w[0]\n\n"
        "count = 0\nn = N()\nb = n.w[0].sum() + count\n"
    )
    asked = Evaluation(node=statement(text, "b ="), expressions=("n.step()", "n.w[0]", "len(n.kept)", "count"))
    namespace, recorder = run(text, asked)
    values = [e.value.tolist() for e in recorder.events() if e.candidate >= 0]
    assert values == [[-2.0, -2.0], [1.0, 1.0], 0.0, 0.0]
    assert namespace["b"] == 2
    assert namespace["n"].kept == []
    assert namespace["count"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        "n.kept.pop()",
        "n.line.append(3)",
        "n.some.add(3)",
        "np.exp(n.b, n.a)",
        "np.exp(n.b, **{'out': n.a})",
        "(np.exp)(n.b, n.a)",
        "[np.exp, np.log][0](n.b, out=n.a)",
        "n.grow()",
        "n.seen.update(a=2)",
    ],
)
def test_what_a_candidate_changes_is_put_back(changes: str) -> None:
    """Lists, queues, sets, arrays that a call puts something into, and what a class keeps."""
    text = (
        "import numpy as np\nfrom collections import Counter, deque\n\nclass N:\n    count = 0\n\n"
        "    def __init__(self):\n        self.kept, self.line, self.some = [1], deque([1]), {1}\n"
        "        self.a, self.b, self.seen = np.zeros(2), np.zeros(2), Counter(a=1)\n\n"
        "    def grow(self):\n        N.count += 1\n        N.other = 1\n        return N.count\n\n"
        "n = N()\nc = n.a.sum() + len(n.kept) + len(n.line) + len(n.some) + N.count\n"
        "d = c + hasattr(N, 'other') + n.seen['a']\n"
    )
    asked = Evaluation(node=statement(text, "c ="), expressions=(changes, "n.a.sum() + N.count", changes))
    namespace, recorder = run(text, asked)
    values = {e.candidate: e.value.tolist() for e in recorder.events() if e.candidate >= 0}
    assert values[1] == 0
    assert values.get(0) == values.get(2)
    assert namespace["d"] == 4


@pytest.mark.parametrize("changes", ["a + a", "-a", "inner(2)", "a[0]"])
@pytest.mark.parametrize("watched", [True, False])
def test_what_operators_and_nested_functions_change_is_put_back(changes: str, watched: bool) -> None:
    """No name of a candidate tells that it leads there; no profile function is left behind."""
    text = (
        "class T:\n    tape = []\n"
        "    def __add__(self, other):\n        T.tape.append(self)\n        return 1\n"
        "    def __neg__(self):\n        self.g += 1\n        return 1\n"
        "    def __getitem__(self, i):\n        self.g += 1\n        return i\n"
        "def outer():\n    a, kept = T(), [0]\n    a.g = np.zeros(2)\n"
        "    def inner(x):\n        kept.append(x)\n        a.g += x\n        return x\n"
        "    b = a.g.sum() + len(kept) + len(T.tape)\n    return b, inner\n"
        "c, _ = outer()\n"
    )
    total = "a.g.sum() + len(kept) + len(T.tape)"
    asked = Evaluation(node=statement(text, "b ="), expressions=(changes, total))
    recorder = watch.Recorder([asked])
    namespace: dict[str, Any] = {instrumenting.NAME: recorder, "np": np, "__name__": "student"}
    exec(compile(instrumenting.instrument(ast.parse(text), [asked], watched), "student.py", "exec"), namespace)
    assert [e.value.item() for e in recorder.events() if e.candidate == 1] == [1.0]
    assert namespace["c"] == 1
    assert sys.getprofile() is None


def test_no_name_of_a_candidate_is_asked_of_numpy() -> None:
    """`str` is one that numpy warns of, and warnings are errors here."""
    text = "d = 12\nc = d\n"
    asked = Evaluation(node=statement(text, "c ="), expressions=("np.exp(len(str(d)) - 2)",))
    _, recorder = run(text, asked)
    assert [e.value.item() for e in recorder.events() if e.candidate >= 0] == [1.0]


def test_candidates_draw_no_random_numbers_of_the_programs() -> None:
    """What is drawn afterwards is what would have been."""
    text = (
        "import random\nimport numpy as np\n\nnp.random.seed(1)\nrandom.seed(1)\n"
        "c = np.random.rand()\nd = random.random()\n"
    )
    asked = Evaluation(node=statement(text, "c ="), expressions=("np.random.rand(3)", "random.random()"))
    assert run(text, asked)[0]["c"] == run(text)[0]["c"]
    assert run(text, asked)[0]["d"] == run(text)[0]["d"]


def test_what_a_candidate_gives_a_name_is_gone_for_the_next() -> None:
    """`(d := d + 1)` would be another thing each time."""
    text = "d = 1\nc = d\n"
    asked = Evaluation(node=statement(text, "c ="), expressions=("(d := d + 1)", "(d := d + 1)", "d"))
    namespace, recorder = run(text, asked)
    assert [e.value.item() for e in recorder.events() if e.candidate >= 0] == [2.0, 2.0, 1.0]
    assert namespace["c"] == 1


def test_what_a_starred_call_puts_into_an_array_is_put_back() -> None:
    """`np.exp(*pair)` puts what it gives into the second of the pair."""
    text = "import numpy as np\n\npair = [np.zeros(2), np.zeros(2)]\nc = pair[1].sum()\n"
    asked = Evaluation(node=statement(text, "c ="), expressions=("np.exp(*pair)", "pair[1]"))
    namespace, recorder = run(text, asked)
    assert [e.value.tolist() for e in recorder.events() if e.candidate >= 0] == [[1.0, 1.0], [0.0, 0.0]]
    assert namespace["c"] == 0


def test_candidate_is_evaluated_before_a_statement_that_fails() -> None:
    """Candidates for the statement that crashes are what a crash needs."""
    text = "c = a @ b\n"
    asked = Evaluation(node=statement(text, "c ="), expressions=("a @ b.T",))
    tree = instrumenting.instrument(ast.parse(text), [asked])
    recorder = watch.Recorder([asked])
    with pytest.raises(ValueError, match="matmul"):
        exec(
            compile(tree, "s", "exec"),
            {instrumenting.NAME: recorder, "a": np.ones((2, 3)), "b": np.ones((2, 3))},
        )
    assert [e.value.shape for e in recorder.events() if e.candidate == 0] == [(2, 2)]


def test_numbers_survive_changes_of_the_tree() -> None:
    """A tree that was numbered and then cut still reports under the numbers of the whole."""
    text = "print('no')\na = 2 + 3\n"
    tree = instrumenting.number(ast.parse(text))
    tree.body = tree.body[1:]
    recorder = watch.Recorder()
    exec(compile(instrumenting.instrument(tree), "s", "exec"), {instrumenting.NAME: recorder})
    assert ("a = 2 + 3", 5.0) in texts(text, recorder.events())


def test_what_is_too_large_takes_no_time_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates made of an array too large to keep are left out; no statement gets more than a share."""
    large = "w = np.zeros(400_000)\nv = w + 1\nx = 2.0\ny = x + 1\n"
    first = Evaluation(node=statement(large, "v ="), expressions=("w.sum()", "w + 2"))
    second = Evaluation(node=statement(large, "y ="), expressions=("x * 3",))
    _, recorder = run(large, first, second)
    assert [(e.candidate, e.value.item()) for e in recorder.events() if e.candidate >= 0] == [(0, 6.0)]
    ticks = iter(range(10_000))
    monkeypatch.setattr(watch.time, "process_time", lambda: next(ticks) * watch.EVALUATION_SECONDS / 20)
    text = "a = 1\nb = 2\n"
    many = tuple(f"a + {number}" for number in range(50))
    _, recorder = run(text, Evaluation(node=statement(text, "b ="), expressions=many))
    assert 0 < sum(e.candidate >= 0 for e in recorder.events()) < 10


def test_decorators_are_seen() -> None:
    """A lambda that a decorator is given reports like any other, and can be evaluated in."""
    text = "def keep(f):\n    return lambda g: f\n@keep(lambda z: z * 2)\ndef h(): pass\nh(3.0)\n"
    numbers = [number for number, node in enumerate(ast.walk(ast.parse(text))) if isinstance(node, ast.Lambda)]
    asked = [Evaluation(node=number, expressions=("z + 1",)) for number in numbers]
    _, recorder = run(text, *asked)
    assert 4.0 in [e.value.item() for e in recorder.events() if e.candidate >= 0]
    assert 6.0 in [e.value.item() for e in recorder.events() if e.candidate < 0 and e.value.size == 1]


class Matrix:
    def __init__(self, data: list[list[float]], **others: object) -> None:
        self.rows, self.columns = len(data), len(data[0])
        self.data = data
        vars(self).update(others)


def test_a_matrix_of_ones_own_is_what_it_holds_beside_its_shape() -> None:
    """Computed with by methods alone; what holds anything else besides is an object with an array in it."""
    found = arrays.as_array(Matrix([[1.0, 2.0]]))
    assert found is not None
    assert found.tolist() == [[1.0, 2.0]]
    assert arrays.as_array(Matrix([[1.0, 2.0]], shape=(1, 2))) is not None
    assert arrays.as_array(Matrix([[1.0, 2.0]], other=np.ones(2))) is None
    assert arrays.as_array(Matrix([[1.0, 2.0]], bias=0.5)) is None  # a neuron, with its weights
    assert arrays.as_array(Matrix([[1.0, 2.0]], shape=(2, 1))) is None
    endless: list[list[float]] = [[1.0]]
    endless[0] = endless  # type: ignore[call-overload]
    assert arrays.as_array(Matrix(endless)) is None
    assert arrays.as_array(Matrix([[1.0, 2.0]], function=print)) is None
    assert arrays.as_array(Matrix([["a", "b"]])) is None  # type: ignore[list-item]


SUMS = """\
def f(rows, net, n):
    for row in rows:
        total += row
    for row in rows:
        row += 1
    for i in range(n):
        for j in range(n):
            table[i][j] += 1
            net.g[i][j] += 1
    i = 0
    while i < len(net):
        net[i][0][0] += 1
        i += 1
    while net:
        net[-1][0][0] += 1
        net.pop()
    for row in [1.0, 2.0]:
        if n:
            seen += row
    for row in rows:
        last += row
    else:
        last = 0
        del last
    return "right"
answer = f([], [[[1.0]]], 0)
w = [[0.0, 0.0], [0.0, 0.0]]
for i in range(2):
    s = 1.0
    for j in range(2):
        w[i][j] += i - j
        s += j
"""


def test_what_loops_add_up_and_fill_is_seen_when_they_are_done() -> None:
    """All of it; what a loop begins anew, within that; what isn't there, for want of turns, isn't read."""
    namespace, recorder = run(SUMS)
    seen = texts(SUMS, recorder.events())
    whole = [[0, -1], [1, 0]]
    assert [value for text, value in seen if text == "w"] == [[[0, -1], [0, 0]], whole, whole]
    assert [value for text, value in seen if text == "s"] == [2.0, 2.0]
    assert namespace["answer"] == "right"


@pytest.mark.parametrize("kind", ["OrderedDict", "dict", "set", "deque"])
def test_a_loop_over_what_is_put_back_goes_on(kind: str) -> None:
    """What a candidate does elsewhere doesn't end it, as an error would that is none of the program's."""
    text = (
        f"from collections import OrderedDict, deque\n\nclass L:\n    v = 1\n\n    def go(self, x):\n"
        f"        self.v = x\n        return x + 1\n\nlayers = {kind}([('a', L()), ('b', L())])\nx = 1.0\n"
        "for one in layers:\n    c = x + 0\n    x = c + L().v\n"
    )
    asked = Evaluation(node=statement(text, "c ="), expressions=("L().go(x)", "len(layers)"))
    namespace, recorder = run(text, asked)
    assert namespace["x"] == 3.0
    assert [e.value.item() for e in recorder.events() if e.candidate == 1] == [2.0, 2.0]


@pytest.mark.parametrize("further", ["g.send(2)", "next(g)", "sum(g)", "[one.send(2) for one in gs]", "list(z)"])
def test_no_candidate_goes_on_with_a_generator(further: str) -> None:
    """Nothing would wind it back; what else is asked for is evaluated."""
    text = (
        "def f():\n    x = yield\n    while True:\n        x = yield x + 1\n\n"
        "g = f()\nnext(g)\ngs = [g]\nz = zip((1, 2), (3, 4))\nb = g.send(5)\nc = list(z)\n"
    )
    asked = Evaluation(node=statement(text, "b ="), expressions=(further, "1 + 1", "iter((1, 2))"))
    namespace, recorder = run(text, asked)
    assert namespace["b"] == 6
    assert namespace["c"] == [(1, 3), (2, 4)]
    assert [e.value.item() for e in recorder.events() if e.candidate == 1] == [2.0]
    assert not any(e.candidate == 0 for e in recorder.events())


NUMBERS = """\
class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def __add__(self, other):
        out = Value(self.data + other.data)

        def back():
            self.grad += 1.0
        out.back = back
        return out

a, b = Value(1.0), Value(2.0)
c = a + b
tape = [c.back]
d = a.grad
"""


def evaluated(monkeypatch: pytest.MonkeyPatch, told: Calls, *expressions: str) -> tuple[list[float], int]:
    """Of candidates before the last of these statements what each gives, and how often anything was kept."""
    kept: list[State] = []

    def keep(*values: Any) -> State:
        kept.append(State(*values))
        return kept[-1]

    monkeypatch.setattr(watch, "State", keep)
    asked = Evaluation(node=statement(NUMBERS, "d ="), expressions=expressions)
    tree, recorder = instrumenting.instrument(ast.parse(NUMBERS), [asked]), watch.Recorder([asked], told)
    exec(compile(tree, "numbers.py", "exec"), {instrumenting.NAME: recorder, "__name__": "numbers"})
    return [e.value.item() for e in recorder.events() if e.candidate >= 0], len(kept)


def test_nothing_is_kept_for_operators_that_are_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the text doesn't tell that they are, it is."""
    assert evaluated(monkeypatch, calls(ast.parse(NUMBERS)), "(a + b + c).data", "a.data") == ([6.0, 1.0], 0)
    assert evaluated(monkeypatch, Calls(), "(a + b + c).data", "a.data") == ([6.0, 1.0], 1)


@pytest.mark.parametrize("call", ["c.back()", "tape[-1]()", "(c.back)()"])
def test_what_a_harmless_operator_has_kept_is_undone(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """A function within it changes something, by whatever it is called."""
    values, _ = evaluated(monkeypatch, calls(ast.parse(NUMBERS)), f"({call}, a.grad)[1]", "a.grad")
    assert values == [1.0, 0.0]
