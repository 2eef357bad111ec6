"""Scripts: one pass of the training loop, with the probe's values injected."""

from dataclasses import replace

import numpy as np
import pytest
from submitted import assert_right, inputs, notebook, run, run_all, script, write

HEAD = """
import numpy as np
import matplotlib.pyplot as plt
from data import X, y
X = np.loadtxt('data.csv')
X = X / 255
y = X[:, 0]
X[0] = 0
np.random.seed(1)
W1, b1 = np.random.randn(64, 10), np.zeros((1, 10))
W2 = np.random.randn(10, 2)
b2 = np.zeros((1, 2))
lr = 0.01

def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""
PASS = """
A1 = sigmoid(X @ W1 + b1)
A2 = sigmoid(A1 @ W2 + b2)
dZ2 = (A2 - y) * A2 * (1 - A2)
dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
dW1, db1 = X.T @ dZ1, dZ1.sum(0, keepdims=True)
dW2 = A1.T @ dZ2
db2 = dZ2.sum(0, keepdims=True)
W1 -= lr * dW1
b1 = b1 - lr * db1
W2 -= lr * dW2
b2 -= lr * db2
"""
INJECT = {"X": "X", "y": "Y", "W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2", "lr": "0.5"}
NAMES = ("W1", "b1", "W2", "b2")
FIRST = {name: f"first('d{name}')" for name in NAMES}
AFTER = {name: f"({name} - after('{name}')) / 0.5" for name in NAMES}


def indent(text, by=4):
    return "\n".join(" " * by + line if line else "" for line in text.strip("\n").splitlines()) + "\n"


TRAIN = HEAD + "for epoch in range(10000):\n" + indent(PASS)


@pytest.mark.parametrize("gradients", [FIRST, AFTER], ids=["first", "after"])
def test_one_pass_of_the_loop(tmp_path, gradients):
    """Injected values hold until the loop, one pass is run, and its names are read."""
    given = inputs(0), inputs(1)
    results = run_all(write(tmp_path, TRAIN), script(gradients, inject=INJECT), *given)
    for result, values in zip(results, given, strict=True):
        assert_right(result, values)


def test_a_wrong_script_comes_back_wrong(tmp_path):
    """A mistake in the loop is in the values."""
    result = run(write(tmp_path, TRAIN.replace("dZ1.sum(0", "dZ2.sum(0")), script(FIRST, inject=INJECT))
    with pytest.raises(AssertionError):
        assert_right(result)


def test_failing_statements_before_the_loop_are_noted(tmp_path):
    """A missing file is skipped with its line; one whose names are injected isn't even tried."""
    text = HEAD.replace("lr = 0.01", "other = open('none.txt')\nlr = 0.01") + TRAIN[len(HEAD) :]
    result = run(write(tmp_path, text), script(FIRST, inject=INJECT))
    assert_right(result)
    assert any("ann.py:13 skipped: FileNotFoundError" in note for note in result.notes)
    assert not any("data.csv" in note for note in result.notes)


@pytest.mark.parametrize(
    "frame",
    [
        "if __name__ == '__main__':\n{}",
        "with open(__file__) as file:\n{}",
        "try:\n{}except KeyboardInterrupt:\n    pass\n",
        "try:\n{}except:\n    pass\n",
        "for trial in [1]:\n    W3 = 1\n{}",
    ],
    ids=["main guard", "with", "try", "bare except", "loop"],
)
def test_the_loop_may_be_inside_other_statements(tmp_path, frame):
    """What is around it runs as it would."""
    loop = "W1 = np.zeros((64, 10))\nfor epoch in range(10000):\n" + indent(PASS)
    which = 2 if "trial" in frame else 1
    if which == 2:
        loop = loop.replace("W1 = np.zeros((64, 10))\n", "np.random.shuffle(W1)\n")
    text = HEAD + frame.format(indent(loop))
    assert_right(run(write(tmp_path, text), script(FIRST, inject=INJECT, loop=which)))


@pytest.mark.parametrize(
    "head",
    ["while True:\n", "for e, _ in enumerate(range(9)):\n", "from tqdm import tqdm\nfor e in tqdm(range(9)):\n"],
)
@pytest.mark.parametrize(
    "end", ["", "    continue\n", "    break\n", "    if True:\n        continue\n", "    1 / 0\n", "    exit()\n"]
)
def test_every_end_of_a_pass(tmp_path, head, end):
    """`continue`, `break`, the end of the body and a failure after the update end the pass."""
    text = HEAD + head + indent(PASS) + end
    result = run(write(tmp_path, text), script(AFTER, inject=INJECT))
    assert_right(result)
    assert any("ended the pass" in note for note in result.notes) == ("1 / 0" in end or "exit" in end)


def test_a_failure_before_the_update_is_a_crash(tmp_path):
    """With the line it happened on; also between two updates."""
    broken = TRAIN.replace("dZ1 = dZ2", "dZ1 = dZ3")
    result = run(write(tmp_path, broken), script(FIRST, inject=INJECT))
    assert result.status == "crashed"
    assert "dZ3" in result.message
    assert result.line == broken.splitlines().index("    dZ1 = dZ3 @ W2.T * A1 * (1 - A1)") + 1
    halfway = TRAIN.replace("b1 = b1 -", "1 / 0\n    b1 = b1 -")
    assert run(write(tmp_path, halfway), script(AFTER, inject=INJECT)).status == "crashed"


def test_first_is_the_first_assignment_of_the_pass_and_a_copy(tmp_path):
    """Later changes don't reach it; inner loops, branches and parts of a dictionary count."""
    text = TRAIN.replace("    W1 -= lr * dW1", "    dW1 *= 3\n    db1 = None\n    W1 -= lr * X.T @ dZ1")
    text = text.replace(
        "    dW2 = A1.T @ dZ2",
        "    for _ in range(2):\n        if True:\n            g = {'W2': A1.T @ dZ2}\n        dW2 = g['W2']\n",
    )
    text = text.replace("b1 = b1 - lr * db1", "b1 = b1 - lr").replace("W2 -= lr", "g['W2'] = 7\n    W2 -= lr")
    result = run(write(tmp_path, text), script(FIRST | {"W2": "first(\"g['W2']\")"}, inject=INJECT))
    assert_right(result)


def test_a_name_that_the_pass_does_not_assign_is_missing(tmp_path):
    """The others are there."""
    result = run(write(tmp_path, TRAIN), script(FIRST | {"b2": "first('dbias2')"}, inject=INJECT))
    assert "`dbias2` was not assigned in the pass" in result.missing["b2"]
    assert len(result.gradients) == 3
    failed = run(write(tmp_path, TRAIN), script(AFTER | {"b2": "after('nothing + 1')"}, inject=INJECT))
    assert "nothing" in failed.missing["b2"]


def test_a_loop_that_is_never_reached(tmp_path):
    """Nothing to read is ungradable, and said why."""
    result = run(
        write(tmp_path, HEAD + "if False:\n    for i in []:\n" + indent(PASS, 8)), script(AFTER, inject=INJECT)
    )
    assert result.status == "ungradable"
    assert "never reached" in result.message


def test_loops_are_counted_outermost_first(tmp_path):
    """The second is the second outermost one, or, if there is one outermost loop, the one inside it."""
    batches = (
        HEAD
        + "for epoch in range(9):\n    for i in range(0, len(X), 2):\n        rows = X[i:i + 2]\n"
        + indent(PASS.replace("X", "rows").replace("- y)", "- y[i:i + 2])"), 8)
    )
    epoch = run(write(tmp_path, batches), script(AFTER, inject=INJECT))
    batch = run(write(tmp_path, batches), script(AFTER, inject=INJECT, loop=2))
    assert np.abs(epoch.gradients["W1"] - batch.gradients["W1"]).max() > 1e-3
    x = inputs()
    half = {name: array[:2] if name in "XY" else array for name, array in x.arrays.items()}
    assert_right(batch, type(x)(arrays=half, sizes=x.sizes))
    init = (
        HEAD
        + "for i in range(2):\n    W1[i] = 0\n    for j in range(2):\n        W1[i, j] = 1\n"
        + TRAIN[len(HEAD) :]
    )
    assert_right(run(write(tmp_path, init), script(FIRST, inject=INJECT, loop=2)))
    none = run(write(tmp_path, TRAIN), script(FIRST, inject=INJECT, loop=2))
    assert none.status == "ungradable"
    assert "ann.py:17" in none.message


def test_dotted_and_subscripted_names(tmp_path):
    """`net.W1` and `params['W1']` are injected once their object is there, whatever sets them."""
    text = (
        HEAD
        + """
params = {'W1': np.ones(3), 'b1': np.ones(3)}
params['W1'] = np.zeros((64, 10))
class Net:
    def __init__(self):
        self.W2 = np.zeros((64, 10))
        self.b2 = 0
net = Net()
net.b2 = 7
step = len(params)
while True:
"""
        + indent(
            PASS.replace("W1", "params['W1']")
            .replace("b1", "params['b1']")
            .replace("W2", "net.W2")
            .replace("b2", "net.b2")
            .replace("dparams['W1']", "dW1")
            .replace("dparams['b1']", "db1")
            .replace("dnet.", "d")
        )
    )
    inject = {
        "X": "X",
        "y": "Y",
        "lr": "0.5",
        "params['W1']": "W1",
        'params["b1"]': "b1",
        "net.W2": "W2",
        "net.b2": "b2",
    }
    assert_right(run(write(tmp_path, text), script(FIRST, inject=inject)))
    after = {"W1": "(W1 - after(\"params['W1']\")) / 0.5", "W2": "(W2 - after('net.W2')) / 0.5"}
    assert_right(run(write(tmp_path, text), script(after, inject=inject)))


def test_before_runs_just_before_the_loop(tmp_path):
    """Arrays that the script doesn't name are the contract's, and so is its failure."""
    text = TRAIN.replace("W1", "weights").replace("dweights", "dW1")
    inject = {key: value for key, value in INJECT.items() if key != "W1"}
    how = script(FIRST, inject=inject, before="weights = W1 + 0 * len(X)\n")
    assert_right(run(write(tmp_path, text), how))
    failing = run(write(tmp_path, text), script(FIRST, inject=inject, before="weights = nothing\n"))
    assert failing.status == "ungradable"
    assert "submission.script.before" in failing.message


def test_changes_in_place_before_the_loop_are_undone(tmp_path):
    """Shuffling, scaling and appending before the loop do nothing to the injected values."""
    text = (
        HEAD + "def spoil(a):\n    a *= 2\nspoil(X)\nnp.random.shuffle(W1)\nX -= X.mean(0)\n" + TRAIN[len(HEAD) :]
    )
    assert_right(run(write(tmp_path, text), script(FIRST, inject=INJECT)))


FUNCTION = (
    HEAD
    + "\ndef train(epochs=1000):\n    'Train.'\n    global b2\n    W1 = np.random.randn(3, 3)\n    b1 = W2 = 0\n"
    + ("    for epoch in range(epochs):\n" + indent(PASS, 8) + "    return W1\n")
)


@pytest.mark.parametrize("call", ["", "train()\n", "result = train(epochs=3)\n"])
def test_a_loop_inside_a_function(tmp_path, call):
    """The same for the body of a function; `run` calls it, by default without arguments."""
    how = script(AFTER, inject=INJECT, function="train", run=call)
    assert_right(run(write(tmp_path, FUNCTION), how))


def test_a_loop_inside_a_method(tmp_path):
    """`Net.train` too, and `local` reads what it had at its end."""
    body = PASS.replace("W1", "self.W1").replace("dself.W1", "dW1")
    text = (
        HEAD
        + f"""
class Net:
    def train(self, X, y, epochs=1000):
        b1, W2, b2 = np.zeros(3), 0, 0
        self.W1 = np.zeros((4, 3))
        for epoch in range(epochs):
{indent(body, 12)}            if epoch == 0:
                return 5
"""
    )
    inject = {"self.W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2", "lr": "0.5"}
    local = {name: f"local('Net.train', 'd{name}')" for name in NAMES}
    how = script(local, inject=inject, function="Net.train", run="net = Net()\nnet.train(X, Y)\n")
    assert_right(run(write(tmp_path, text), how))
    how = script(
        {"W1": "(W1 - net.W1) / 0.5"}, inject=inject, function="Net.train", run="net = Net()\nnet.train(X, Y)\n"
    )
    assert_right(run(write(tmp_path, text), how))


def test_a_function_that_is_not_there(tmp_path):
    """Its nearest names are suggested."""
    result = run(write(tmp_path, FUNCTION), script(AFTER, inject=INJECT, function="trian"))
    assert result.status == "ungradable"
    assert "train" in result.message


def test_a_failure_in_a_function_before_its_update_is_a_crash(tmp_path):
    """As in a script."""
    text = FUNCTION.replace("dZ1 = dZ2", "dZ1 = dZ3")
    result = run(write(tmp_path, text), script(AFTER, inject=INJECT, function="train"))
    assert result.status == "crashed"
    assert "in train: dZ1 = dZ3" in result.message


def test_an_update_left_to_a_function(tmp_path):
    """A loop that calls what updates the parameters is the training loop."""
    text = HEAD + "def step():\n    global W1, b1, W2, b2, dW1, db1, dW2, db2\n" + indent(PASS)
    text += "for row in range(3):\n    print(row)\nfor epoch in range(1000):\n    step()\n"
    assert_right(run(write(tmp_path, text), script(AFTER, inject=INJECT)))
    assert_right(run(write(tmp_path, text), script({n: f"after('d{n}')" for n in NAMES}, inject=INJECT)))


def test_a_script_without_a_loop_runs_to_its_end(tmp_path):
    """Its names are read as those of a pass."""
    straight = PASS[: PASS.index("W1 -=")]
    assert_right(run(write(tmp_path, HEAD + straight), script(FIRST, inject=INJECT)))
    after = {name: f"after('d{name}')" for name in NAMES}
    assert_right(run(write(tmp_path, HEAD + straight), script(after, inject=INJECT)))


def test_a_notebook_with_a_loop(tmp_path):
    """Cells in order, as one script; a crash says the cell."""
    path = notebook(
        tmp_path, "%matplotlib inline\n" + HEAD, "%%time\nfor e in range(99):\n" + indent(PASS), "plt.plot(1)"
    )
    assert_right(run(path, script(FIRST, inject=INJECT)))
    broken = notebook(tmp_path, HEAD, "for e in range(99):\n" + indent(PASS).replace("dZ2 @", "dZ3 @"))
    assert "ann.ipynb cell 2 line 5" in run(broken, script(FIRST, inject=INJECT)).message


def test_inject_expressions(tmp_path):
    """Any expression over the contract's arrays and sizes; one that fails is the contract's."""
    inject = INJECT | {"lr": "d / (2 * d)", "X": "X.tolist()"}
    text = TRAIN.replace("X @", "np.array(X) @").replace("X.T", "np.array(X).T")
    assert_right(run(write(tmp_path, text), script(AFTER, inject=inject)))
    result = run(write(tmp_path, TRAIN), script(AFTER, inject=INJECT | {"lr": "rate"}))
    assert result.status == "ungradable"
    assert "`lr` fails: NameError" in result.message


def test_a_watched_script(tmp_path):
    """Watching a script reports its values and changes none."""
    path = write(tmp_path, TRAIN)
    watched = run(path, script(FIRST, inject=INJECT), watch=True)
    assert_right(watched)
    assert len(watched.events) > 20


def test_an_array_injected_under_a_name_that_is_not_there(tmp_path):
    """It would be read by nothing and come back unchanged, so it is refused; a mere number is not."""
    text = TRAIN.replace("W1", "w1")
    lines = {"submission.script.inject": 20}
    how = script(AFTER, inject=INJECT)
    result = run(write(tmp_path, text), replace(how, lines=lines))
    assert result.status == "ungradable"
    assert "`submission.script.inject` (line 20 of the configuration) has `W1`" in result.message
    assert "did you mean `w1`?" in result.message
    assert_right(run(write(tmp_path, TRAIN), script(AFTER, inject=INJECT | {"momentum": "0.9"})))


@pytest.mark.parametrize(
    "use", ["for epoch in range(number):\n    m = 1\n", "for epoch in range(9):\n    m = number\n"]
)
def test_a_name_that_failed_before_the_loop_is_explained(tmp_path, use):
    """Whether the loop's head or its body misses it, the message says which line would set it."""
    text = HEAD + "number = int(open('none.txt').read())\n" + use + indent(PASS)
    result = run(write(tmp_path, text), script(AFTER, inject=INJECT))
    assert result.status == "crashed"
    assert "ann.py:17 would set it, and failed before the loop: give it a value in `inject`" in result.message
    assert_right(run(write(tmp_path, text), script(AFTER, inject=INJECT | {"number": "3"})))


def test_a_docstring_and_future_imports_come_first(tmp_path):
    """They stay where Python wants them; with a function too, and in a straight line."""
    future = '"""Train."""\nfrom __future__ import annotations\n'
    assert_right(run(write(tmp_path, future + TRAIN), script(FIRST, inject=INJECT)))
    assert_right(run(write(tmp_path, future + FUNCTION), script(AFTER, inject=INJECT, function="train")))
    assert_right(run(write(tmp_path, future + HEAD + PASS), script(FIRST, inject=INJECT)))


def test_an_update_by_nothing_is_an_update(tmp_path):
    """A gradient that is zero leaves the values as they were: a failure behind it still ends the pass."""
    text = TRAIN.replace("b1 = b1 - ", "b1 = b1 - 0 * ") + "    1 / 0\n"
    result = run(write(tmp_path, text), script(AFTER, inject=INJECT))
    assert result.status == "ok"
    assert any("ended the pass" in note for note in result.notes)


def test_a_pass_that_changes_nothing_is_none(tmp_path):
    """Where training is hidden from the contract it isn't told as gradients of zero."""
    text = HEAD + "W1, W2 = np.ones((4, 3)), np.ones((3, 2))\ndef step(w):\n    return w - 1\nprint(W1, X)\n"
    inject = {"X": "X", "W1": "W1", "W2": "W2"}
    gradients = {"W1": "W1 - after('W1')", "W2": "W2 - after('W2')"}
    still = run(write(tmp_path, text), script(gradients, inject=inject))
    assert still.status == "ungradable"
    assert "no loop of ann.py assigns to an injected parameter" in still.message
    moving = run(write(tmp_path, text + "W2 = step(W2)\n"), script(gradients, inject=inject))
    assert moving.status == "ok"
    assert not moving.gradients["W1"].any()


LOOP = """
import numpy as np
sigmoid = lambda z: 1 / (1 + np.exp(-z))
X, y = np.zeros((9, 4)), np.zeros((9, 2))
W1, b1, W2, b2 = np.ones((4, 3)), np.zeros((1, 3)), np.ones((3, 2)), np.zeros((1, 2))
a1 = sigmoid(X @ W1 + b1)
for epoch in range(EPOCHS):
    BEFORE
    a2 = sigmoid(a1 @ W2 + b2)
    AFTER
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    dW1, db1, dW2, db2 = X.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True)
    W1 -= dW1; b1 = b1 - db1; W2 -= dW2; b2 = b2 - db2
"""
ACTIVATION = "a1 = sigmoid(X @ W1 + b1)"
EACH = {"X": "X", "y": "Y", "W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2"}


def passes(tmp_path, epochs="5", before="pass", after="pass", **others):
    """Results of a first pass, and of a second one behind a pass with other parameters."""
    text = LOOP.replace("EPOCHS", epochs).replace("BEFORE", before).replace("AFTER", after)
    how = script({name: f"first('d{name}')" for name in ("W1", "b1", "W2", "b2")}, inject=EACH, **others)
    return run_all(write(tmp_path, text), how, inputs(), warm=True)


def test_a_second_pass_is_like_the_first_where_nothing_is_kept(tmp_path):
    """Parameters are injected anew, whether they were changed in place or set to something else."""
    first, second = passes(tmp_path, before=ACTIVATION)
    assert_right(first)
    assert_right(second)


def test_what_a_pass_keeps_of_the_one_before_is_seen_in_the_second(tmp_path):
    """Activations of the pass before are right in the first pass only."""
    first, second = passes(tmp_path, after=ACTIVATION)
    assert_right(first)
    assert second.status == "ok"
    assert not np.allclose(first.gradients["W2"], second.gradients["W2"])


def test_no_second_pass_is_no_result(tmp_path):
    """A loop that ends, or parameters that aren't injected, leave nothing to compare with."""
    assert passes(tmp_path, epochs="1", before=ACTIVATION)[1].status == "ungradable"
    text = LOOP.replace("EPOCHS", "5").replace("BEFORE", ACTIVATION).replace("AFTER", "pass")
    how = script({"W1": "first('dW1')", "W2": "first('dW2')"}, inject={"X": "X", "y": "Y", "W1": "W1"})
    first, second = run_all(write(tmp_path, text), how, inputs(), warm=True)
    assert (first.status, second.status) == ("ok", "ungradable")


def test_a_failure_before_an_update_within_a_dict_is_a_crash(tmp_path):
    """The dict that is injected is the same, and so is what it holds; behind the update it only ends the pass."""
    text = (
        "import numpy as np\nparams, X = dict(w=np.ones((4, 3))), np.ones((7, 4))\nfor epoch in range(9):\n"
        "    g = GRADIENT\n    for key in params:\n        params[key] -= g\n    print(END)\n"
    )
    contract = script({"W1": "W1 - after(\"params['w']\")"}, inject={"X": "X", "params": "dict(w=W1)"})
    result = run(write(tmp_path, text.replace("GRADIENT", "nowhere")), contract)
    assert result.status == "crashed"
    assert "'nowhere'" in result.message
    assert result.line == 4
    result = run(write(tmp_path, text.replace("GRADIENT", "X.sum()").replace("END", "nowhere")), contract)
    assert result.status == "ok"
    assert result.gradients["W1"].all()
