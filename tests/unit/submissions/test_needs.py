"""What a submission is made of is there after loading; what it only does is not run, and nobody is blamed."""

import ast

import numpy as np
import pytest
from submitted import BACKWARD, assert_right, contract, notebook, run, run_all, script, write
from submitted import inputs as drawn

from gradcheck.submissions import bounded
from gradcheck.submissions.definitions import Definitions
from gradcheck.submissions.effects import Effects
from gradcheck.submissions.needs import Needs
from gradcheck.submissions.used import used_by

SIGMOID = """
class Sigmoid:
    def f(self, z): return 1 / (1 + np.exp(-z))
    def df(self, a): return a * (1 - a)
"""
HEAD = f"import numpy as np\n{SIGMOID}"
WITH = """
def backward(X, Y, W1, b1, W2, b2):
    act = ACT
    A1 = act.f(X @ W1 + b1)
    A2 = act.f(A1 @ W2 + b2)
    dZ2 = (A2 - Y) * act.df(A2)
    dZ1 = dZ2 @ W2.T * act.df(A1)
    return {"W1": X.T @ dZ1, "b1": dZ1.sum(0, keepdims=True), "W2": A1.T @ dZ2, "b2": dZ2.sum(0, keepdims=True)}
"""
MADE = {  # statements, and the expression by which `backward` gets at what they made
    "table": ("T = {'s': Sigmoid()}", "T['s']"),
    "table of a table": ("T = {'s': Sigmoid()}\nU = [T['s']]", "U[0]"),
    "composed": (
        "def compose(*fs):\n"
        "    def h(x):\n        for f in fs: x = f(x)\n        return x\n    return h\n"
        "inverse = lambda x: 1 / (1 + x)\ns = compose(np.negative, np.exp, inverse)\n"
        "class Own(Sigmoid):\n    def f(self, z): return s(z)",
        "Own()",
    ),
    "default of a dataclass": (
        "from dataclasses import dataclass\nfrom typing import NamedTuple\n"
        "class Pair(NamedTuple):\n    f: object\n    df: object\n"
        "T = {'s': Pair(lambda z: 1 / (1 + np.exp(-z)), lambda a: a - a * a)}\n"
        "@dataclass\nclass Layer:\n    act: Pair = T['s']",
        "Layer().act",
    ),
    "default of a function": ("T = {'s': Sigmoid()}\ndef get(act=T['s']): return act", "get()"),
    "body of a class": ("T = {'s': Sigmoid()}\nclass Net:\n    act = T['s']", "Net.act"),
    "attribute": ("class O: pass\nO.act = Sigmoid()", "O.act"),
    "registered": ("T = {}\ndef register(n, c): T[n] = c\nregister('s', Sigmoid())", "T['s']"),
    "registered in what is handed over": (
        "T = {}\ndef register(t, n, c): t[n] = c\nregister(T, n='s', c=Sigmoid())",
        "T['s']",
    ),
    "registered by what is returned": (
        "T = {}\ndef register(n):\n    def put(c): T[n] = c\n    return put\nregister('s')(Sigmoid())",
        "T['s']",
    ),
    "registered by map": ("T = {}\ndef put(n): T[n] = Sigmoid()\nlist(map(put, 's'))", "T['s']"),
    "registered by an object": (
        "class R:\n    def __init__(self): self.t = {}\n    def put(self, n, c): self.t[n] = c\n"
        "T = R()\nT.put('s', Sigmoid())",
        "T.t['s']",
    ),
    "loop": ("T = {}\nfor n, c in [('s', Sigmoid)]:\n    T[n] = c()", "T['s']"),
    "loop of ranges": ("T = []\nfor i in range(3):\n    T.append(Sigmoid())", "T[2]"),
    "loop of classes": ("for c in (Sigmoid,):\n    c.made = c()", "Sigmoid.made"),
    "other name": ("T = {}\nother = T\nother.update(s=Sigmoid())", "T['s']"),
    "globals": ("globals()['MADE'] = Sigmoid()", "MADE"),
    "globals by a name that is worked out": ("for n in 'A':\n    globals()[f'M{n}'] = Sigmoid()", "MA"),
    "module": ("import sys\nsetattr(sys.modules[__name__], 'MADE', Sigmoid())", "MADE"),
    "exec": ("exec('MADE = Sigmoid()')", "MADE"),
    "global": ("MADE = None\ndef setup():\n    global MADE\n    MADE = Sigmoid()\nsetup()", "MADE"),
    "match": ("match 1:\n    case 1:\n        MADE = Sigmoid()", "MADE"),
    "walrus": ("(MADE := Sigmoid())", "MADE"),
    "condition": ("def ok(): return True\nif ok():\n    MADE = Sigmoid()", "MADE"),
}


def program(made: str, expression: str) -> str:
    return HEAD + made + "\n" + WITH.replace("ACT", expression)


@pytest.mark.parametrize("kind", MADE)
def test_what_functions_are_made_of_is_made(tmp_path, kind):
    """Right programs are right; a wrong derivative in what is made is as wrong as anywhere."""
    text = program(*MADE[kind])
    assert_right(run(write(tmp_path, text), contract()))
    wrong = text.replace("a * (1 - a)", "a * (1 + a)").replace("a - a * a", "a + a * a")
    assert wrong != text
    result = run(write(tmp_path, wrong), contract())
    assert result.status == "ok"
    with pytest.raises(AssertionError, match="W1"):
        assert_right(result)


def test_a_value_that_is_changed_later_is_changed(tmp_path):
    """No name is missing, and yet the gradient would be half of what it is; a note says what isn't run."""
    text = "HALF = 0.5\ndef whole():\n    global HALF\n    HALF = 1.0\nwhole()\n" + BACKWARD.replace(
        "(A2", "HALF * (A2"
    )
    assert_right(run(write(tmp_path, text), contract()))
    asked = run(write(tmp_path, text.replace("HALF = 1.0", "HALF = input() or 1.0")), contract())
    assert asked.notes == ('ann.py:5 sets or changes `HALF`, and is not run on loading: load = "all" runs it',)


def test_in_notebooks_siblings_and_around_a_training_loop(tmp_path):
    """Wherever a submission is pruned."""
    made = "T = {}\ndef register(n, c): T[n] = c\nregister('s', Sigmoid())\n"
    assert_right(run(notebook(tmp_path, HEAD, made, WITH.replace("ACT", "T['s']")), contract()))
    write(tmp_path, HEAD + made + "OTHER = {}\nOTHER['s'] = register('x', 1)\n", "layers_here.py")
    beside = "from layers_here import T\nimport layers_here\n" + WITH.replace("ACT", "layers_here.T['s']")
    assert_right(run(write(tmp_path, beside), contract()))
    body = (
        WITH.partition("\n    return")[0].partition("b2):\n")[2].replace("ACT", "T['s']").replace("\n", "\n    ")
    )
    loop = f"def train(X, Y, W1, b1, W2, b2):\n    for e in range(99):\n    {body}\n        W2 -= A1.T @ dZ2\n"
    how = script(
        {"W2": "W2 - after('W2')"},
        inject={name: name for name in ("X", "Y", "W1", "b1", "W2", "b2")},
        function="train",
        run="train(X, Y, W1, b1, W2, b2)\n",
    )
    assert_right(run(write(tmp_path, HEAD + made + loop), how))


HARMFUL = {
    "training": "def train(w):\n    for i in range(9):\n        w -= 0.1 * w\n    return w\nQ = train(np.ones(3))",
    "training by functions": "def step(w): return w / 2\nQ = [1.0]\nfor i in range(9):\n    Q[0] = step(Q[0])",
    "training by an object": (
        "class Net:\n    w = 1.0\n    def step(self): self.w -= self.w / 2\n"
        "    def fit(self):\n        for _ in range(3): self.step()\n        return self\nQ = Net().fit().w"
    ),
    "question": "def ask(): return float(input('rate? '))\nQ = ask()",
    "wait": "import time\ndef wait():\n    time.sleep(60)\n    return 1\nQ = wait()",
    "end": "import sys\ndef leave():\n    sys.exit(3)\nQ = leave()",
    "endless": "def spin():\n    while True: pass\nQ = spin()",
    "endless, as a run finds": "def spin(i=0):\n    while i >= 0: i = 1\n    return i\nQ = spin()",
    "endless, whatever is raised": (
        "def spin(i=0):\n    while i >= 0:\n        try: i = 1\n        except: pass\n    return i\nQ = spin()"
    ),
    "endless, where what is called handles whatever is raised": (
        "def safe(f):\n    try: return f()\n    except: return 0\n"
        "def spin(i=0):\n    while i >= 0: i = 1\n    return i\n"
        "def spins(): return [safe(spin) for _ in range(10**9)]\nQ = spins()"
    ),
    "endless after what handles whatever is raised": (
        "def rest(i=0):\n    try: rest(i + 1)\n    except BaseException: pass\n    while i >= 0: i = 1\nQ = rest()"
    ),
    "question of functions that call each other": (
        "def other(x):\n    return ask(x)\n"
        "def ask(x=0):\n    return other(0) if x else float(input('rate? '))\nP = ask()\nQ = other(0)"
    ),
    "long": "def count(n=0):\n    for i in range(10**9): n = i\n    return n\nQ = count()",
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_what_harms_is_not_run_and_the_outcome_says_whose_doing_that_is(tmp_path, kind):
    """The line is named, and `load = "all"`; a program that doesn't need it is right."""
    assert_right(run(write(tmp_path, HARMFUL[kind] + "\n" + BACKWARD), contract()))
    text = (
        "import numpy as np\n" + HARMFUL[kind] + "\n" + BACKWARD.replace("X.T @ dZ1", "X.T @ dZ1 * np.squeeze(Q)")
    )
    missed = run(write(tmp_path, text), contract())
    if kind == "training by functions":  # the name is there, untrained: as good for gradients as any
        assert np.array_equal(missed.gradients["W1"], run(write(tmp_path, BACKWARD), contract()).gradients["W1"])
        assert not missed.notes
        return
    line = 1 + text[: text.index("\nQ = ") + 1].count("\n")
    assert missed.status == "ungradable"
    assert f"ann.py:{line} would set it, and is not run on loading" in missed.message
    assert 'load = "all"' in missed.message


def test_a_file_that_is_not_there_is_not_waited_for(tmp_path):
    """What reads it fails and is skipped; nothing else is."""
    text = "def load(p): return open(p).read()\ndata = load('none.csv')\n" + BACKWARD.replace(
        "A1 =", "m = 1 or data; A1 ="
    )
    result = run(write(tmp_path, text), contract())
    assert_right(result)
    assert any(note.startswith("ann.py:2 skipped: FileNotFoundError") for note in result.notes)


def test_a_table_whose_loop_is_too_long_is_named_where_its_entry_is_missing(tmp_path):
    """The error is one of looking up: still nobody's fault but loading's. What was begun is undone."""
    long = f"T = {{}}\nfor i in range({bounded.LINES}):\n    T[i] = Sigmoid()\n"
    text = program(long, f"T[{bounded.LINES - 1}]")
    results = run_all(write(tmp_path, text), contract(loss="len(T)"), drawn(0), drawn(1))
    for missed in results:
        assert missed.status == "ungradable"
        assert "KeyError" in missed.message
        assert "ann.py:7 sets or changes `T`, and is not run on loading" in missed.message
    empty = run(write(tmp_path, long.replace("Sigmoid()", "i") + BACKWARD), contract(loss="len(T)"))
    assert empty.loss == 0
    short = run(write(tmp_path, program(long.replace(str(bounded.LINES), "9"), "T[8]")), contract())
    assert_right(short)


@pytest.mark.parametrize(
    "text",
    [
        program("T = {}\nT.update(t=Sigmoid())", "T['s']"),
        program("def make(): return 1 / 0\nMADE = make()", "MADE"),
        program("for i in range(10**9): pass\nMADE = Sigmoid()", "MADED"),
        program("T = []\nfor i in range(10**9): T.append(i)\nMADE = {'s': Sigmoid()}", "MADE['x']"),
    ],
    ids=["key", "making", "name", "another table"],
)
def test_a_students_own_error_is_a_crash(tmp_path, text):
    """Whatever else is left out of the file."""
    assert run(write(tmp_path, text), contract()).status == "crashed"


def test_what_needs_something_left_out_is_traced_to_it(tmp_path):
    """Through classes and defaults to the line that isn't run, not to one that fails for want of it."""
    text = program(
        "def slow():\n    while True: pass\nT = {'s': slow()}\nclass Net:\n    act = T['s']\nMADE = Net.act",
        "MADE",
    )
    missed = run(write(tmp_path, text), contract())
    assert missed.status == "ungradable"
    assert "ann.py:11 would set it, and needs `Net`: ann.py:9 would set it, and needs `T`:" in missed.message
    assert "ann.py:8 would set it, and is not run on loading" in missed.message


def test_what_a_sibling_leaves_out_is_no_crash(tmp_path):
    """Nor what can't be imported from it for that reason; what it never had is."""
    write(tmp_path, HEAD + "def slow():\n    while True: pass\nMADE = slow()\n", "layers_here.py")
    for line, name in (("from layers_here import MADE", "MADE"), ("import layers_here", "layers_here.MADE")):
        missed = run(write(tmp_path, f"{line}\n" + WITH.replace("ACT", name)), contract())
        assert missed.status == "ungradable"
        assert "layers_here.py:8 would set it, and is not run on loading" in missed.message
    typed = run(write(tmp_path, "import layers_here\n" + WITH.replace("ACT", "layers_here.MAID")), contract())
    assert typed.status == "crashed"


def test_what_the_contract_sets_itself_is_not_made(tmp_path):
    """What would make it may be slow, or fail."""
    text = "def count():\n    print(open('none').read())\nm = count()\n" + BACKWARD.replace("(A2", "m * (A2")
    result = run(write(tmp_path, text), contract(run="submission.m = 1\ngrads = backward(X, Y, W1, b1, W2, b2)\n"))
    assert_right(result)
    assert not [note for note in result.notes if "skipped" in note]


def test_a_verdict_on_functions_that_call_each_other_is_that_of_all():
    """The one that asks may be looked at first, or last."""
    text = "def f():\n    g()\n    input()\ndef g():\n    f()\na = f()\nb = g()\nc = h()\ndef h(): return 1\n"
    for first, second in ((5, 6), (6, 5)):
        tree = ast.parse(text)
        needs = Needs(tree, {"a", "b", "c"})
        assert not needs.may_run(tree.body[first - 3])
        assert not needs.may_run(tree.body[second - 3])
        assert needs.may_run(tree.body[4])
    text = "T = U = []\ndef f(t):\n    g(t)\n    U.append(1)\ndef g(t):\n    f(t)\n    t.append(1)\nf(T)\ng(T)\n"
    tree = ast.parse(text)
    effects = Effects(Definitions(tree))
    assert [effects.sets(statement) for statement in tree.body[3:]] == [{"T", "U"}] * 2


def test_watching_does_not_count(tmp_path):
    """A watched run is made of the same statements as the one that is judged."""
    steps = bounded.LINES // 2 - 50  # two lines each
    text = program(
        f"T = {{}}\ndef fill(n):\n    for i in range(n):\n        T[i] = Sigmoid()\nfill({steps})", "T[0]"
    )
    for watch in (False, True):
        assert_right(run(write(tmp_path, text), contract(), watch=watch))


def test_what_the_contract_sets_is_known_by_its_targets():
    """All of them; a part that is changed isn't set, nor is what is compared."""
    run = (
        "submission.W1, (submission.b1, *submission.rest) = W1, b1\nsubmission.p['W2'] = W2\nsubmission.q.W2 = 1\n"
    )
    run += "submission.f(x=submission.h == 1)\nsubmission.t: int = 1\nsubmission.k += 1\n"
    run += "for _ in X:\n    submission.n = submission.m = 1\n"
    assert used_by(contract(run=run))[1] == {"W1", "b1", "rest", "t", "n", "m"}


def test_in_what_order_siblings_are_imported_does_not_matter(tmp_path):
    """Which of them calls a function is known only once all are read."""
    write(tmp_path, HEAD + "HELD = {'s': Sigmoid()}\ndef get(): return HELD['s']\n", "layers_here.py")
    write(tmp_path, "from layers_here import get\ndef choose(): return get()\n", "chosen_here.py")
    lines = ["import layers_here", "from chosen_here import choose"]
    for order in (lines, lines[::-1]):
        text = "\n".join([*order, WITH.replace("ACT", "choose()")])
        assert_right(run(write(tmp_path, text), contract()))


@pytest.mark.parametrize(
    ("before", "within", "status"),
    [
        ("Q = np.ones(3)", "Q @ np.ones(4)", "crashed"),  # a shape, of a value that is there
        ("Q = np.ones(3)", "Q[3]", "crashed"),  # trained or not it has as many entries
        ("Q = None", "Q[0]", "ungradable"),
        ("Q = None", "Q.sum()", "ungradable"),
        ("Q = None", "{}['Q']", "crashed"),
    ],
)
def test_a_students_own_error_beside_what_is_trained_is_a_crash(tmp_path, before, within, status):
    """What isn't trained on loading is as large as it would be."""
    train = "def train(w):\n    for i in range(9): w = w - 0.1 * w\n    return w\n"
    text = f"import numpy as np\n{before}\n{train}Q = train(np.ones(3))\n" + BACKWARD.replace(
        "    A1 =", f"    Q; {within}\n    A1 ="
    )
    assert run(write(tmp_path, text), contract()).status == status


def test_an_error_in_a_function_that_is_called_is_that_functions_own(tmp_path):
    """Though the caller reads what was left out."""
    long = f"T = {{}}\nfor i in range({bounded.LINES}):\n    T[i] = Sigmoid()\ndef other(): return {{}}['x']\n"
    text = program(long, "T.get(0) or other()")
    assert run(write(tmp_path, text), contract()).status == "crashed"
