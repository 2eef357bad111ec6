"""One submission over several inputs: the contract forms, and what becomes of what goes wrong."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from submitted import BACKWARD, GRADIENTS, RUN, assert_right, contract, inputs, notebook, run, run_all, write

from gradcheck.config import LAYOUTS
from gradcheck.submissions.job import Evaluation, Job
from gradcheck.submissions.runner import perform


def test_a_function_that_returns_gradients(tmp_path):
    """The first form: a dict of arrays."""
    assert_right(run(write(tmp_path, BACKWARD), contract()))


def test_a_wrong_gradient_comes_back_wrong(tmp_path):
    """Nothing is mended on the way."""
    result = run(write(tmp_path, BACKWARD.replace("dZ1.sum(0, keepdims=True)", "dZ2.sum()")), contract())
    assert result.gradients["b1"].shape == ()
    with pytest.raises(AssertionError):
        assert_right(result)


def test_every_input_gets_a_fresh_file(tmp_path):
    """State of one run is not there in the next, and the caller's process keeps nothing."""
    text = BACKWARD + "\nseen = []\ncalls = 0\n"
    modules, path = set(sys.modules), list(sys.path)
    how = contract(run="seen.append(1)\nsubmission.calls = submission.calls + len(seen)\n" + RUN, loss="calls")
    results = run_all(write(tmp_path, text), how, inputs(0), inputs(1), inputs(0))
    assert [float(result.loss) for result in results] == [1, 1, 1]
    assert_right(results[1], inputs(1))
    assert set(sys.modules) <= modules | {"__future__"}
    assert sys.path == path


def test_the_same_seeds_in_every_run(tmp_path):
    """Global random numbers are the same in every run, and other ones on every input of it."""
    text = BACKWARD + "\nimport random\nx = np.random.rand()\ny = random.random()\n"
    runs = [run_all(write(tmp_path, text), contract(output="[[x, y]]"), inputs(0), inputs(0)) for _ in range(2)]
    (first, second), again = runs
    assert [first.output.tolist(), second.output.tolist()] == [result.output.tolist() for result in again]
    assert not np.isin(first.output, second.output).any()


def test_the_arrays_are_in_front_of_the_files_names(tmp_path):
    """`X` in `run` is the probe's, the file's own is `submission.X`; `n d h k np` are there too."""
    text = BACKWARD + "\nX = 'mine'\nn = 'mine'\n"
    how = contract(run=RUN + "mine = (submission.X, submission.n)\n", output="np.array([[n, d, h, k]])")
    result = run(write(tmp_path, text), how)
    assert_right(result)
    assert result.output.tolist() == [[5, 4, 3, 2]]
    bad = run(write(tmp_path, text), contract(loss="submission.X"))
    assert bad.status == "ungradable"


def test_comprehensions_and_functions_of_run_see_everything(tmp_path):
    """`run` is ordinary Python: what it defines sees arrays, the file's names and its own."""
    how = contract(
        run="scale = 1\ndef go():\n    return backward(X, Y, W1, b1, W2, b2)\ngrads = [go() for _ in [X]][0]\n"
    )
    assert_right(run(write(tmp_path, BACKWARD), how))


def test_submission_sets_globals(tmp_path):
    """`submission.m = n` sets a global that the functions read."""
    text = BACKWARD.replace("X.T @ dZ1", "X.T @ dZ1 * m / 5")
    assert_right(run(write(tmp_path, text), contract(run="submission.m = n\n" + RUN)))
    assert run(write(tmp_path, text), contract()).status == "crashed"


def test_globals_set_by_the_functions_are_read_afterwards(tmp_path):
    """A gradient that lives in a global is read where it is."""
    text = BACKWARD + "\ngrads = None\ndef go(*a):\n    global grads\n    grads = backward(*a)\n"
    assert_right(run(write(tmp_path, text), contract(run="go(X, Y, W1, b1, W2, b2)\n")))


def test_expressions_see_the_original_arrays(tmp_path):
    """Whatever was done to the copies, an expression's `W1` is the original; what changed is reported."""
    text = (
        BACKWARD
        + """
def step(X, Y, W1, b1, W2, b2, rate):
    g = backward(X, Y, W1, b1, W2, b2)
    W1 -= rate * g["W1"]
    b1 -= rate * g["b1"]
    W2 -= rate * g["W2"]
    b2 -= rate * g["b2"]
    return W1, b1, W2, b2
"""
    )
    update = {name: f"({name} - new{index}) / 0.5" for index, name in enumerate(("W1", "b1", "W2", "b2"))}
    result = run(
        write(tmp_path, text),
        contract(run="new0, new1, new2, new3 = step(X, Y, W1, b1, W2, b2, 0.5)\nW1 = None\n", gradients=update),
    )
    assert_right(result)
    assert set(result.mutated) == {"W1", "b1", "W2", "b2"}


def test_a_class_that_keeps_its_gradients(tmp_path):
    """Attributes of an object are gradients."""
    text = (
        BACKWARD
        + """
class Net:
    def __init__(self, d, h, k):
        self.W1 = np.zeros((d, h))
    def backward(self, X, Y):
        self.grads = backward(X, Y, self.W1, self.b1, self.W2, self.b2)
"""
    )
    how = contract(
        run="net = Net(d, h, k)\nnet.W1, net.b1, net.W2, net.b2 = W1, b1, W2, b2\nnet.backward(X, Y)\n",
        gradients={name: f"net.{text}" for name, text in GRADIENTS.items()},
    )
    result = run(write(tmp_path, text), how)
    assert_right(result)
    assert result.mutated == ()


@pytest.mark.parametrize("qualified", ["backward", "Net.backward"])
def test_locals_at_the_last_return(tmp_path, qualified):
    """`local` gives what a local last had, of a function or a method, as a copy."""
    text = """
import numpy as np
class Net:
    def backward(self, X, factor):
        grads = X.T @ X * factor
        self.kept = grads
        return None
"""
    how = contract(
        run="net = Net()\nnet.backward(X, 1)\nnet.backward(X, 2)\nnet.kept *= 0\n",
        gradients={"W1": f"local('{qualified}', 'grads')"},
    )
    result = run(write(tmp_path, text), how)
    x = inputs().arrays["X"]
    np.testing.assert_allclose(result.gradients["W1"], 2 * x.T @ x)
    assert sys.getprofile() is None


def test_a_local_that_is_not_there(tmp_path):
    """A name that the function hasn't, or a function that didn't run, is said with what there is."""
    path = write(tmp_path, BACKWARD)
    others = {name: GRADIENTS[name] for name in ("W2", "b2")}
    result = run(
        path, contract(gradients={"W1": "local('backward', 'dz1')", "b1": "local('none', 'x')", **others})
    )
    assert result.status == "ok"
    assert "dZ1" in result.missing["W1"]
    assert "`none`" in result.missing["b1"]
    assert set(result.gradients) == {"W2", "b2"}


@pytest.mark.parametrize(
    ("expression", "dtype"),
    [
        ("grads['W1'].tolist()", "float64"),
        ("np.matrix(grads['W1'])", "float64"),
        ("grads['W1'].astype(np.float32)", "float32"),
        ("[[float(v) for v in row] for row in grads['W1']]", "float64"),
        ("list(grads['W1'])", "float64"),
        ("np.array(grads['W1'], dtype=object)", "object"),
        ("grads['W1'] + 0j", "complex128"),
        ("type('T', (), {'__array__': lambda self, *a, **k: grads['W1']})()", "float64"),
    ],
)
def test_anything_numeric_is_a_gradient(tmp_path, expression, dtype):
    """Whatever `np.asarray` takes counts, and the dtype it had is told."""
    result = run(write(tmp_path, BACKWARD), contract(gradients={"W1": expression}))
    assert_right(result, tolerance=1e-5)
    assert result.dtypes["W1"] == dtype
    assert type(result.gradients["W1"]) is np.ndarray
    assert result.gradients["W1"].dtype == np.float64


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("None", "is None"),
        ("[[1, 2], [3]]", "ragged"),
        ("'text'", "dtype"),
        ("backward", "function"),
        ("grads['W1'] + 1j", "an array of dtype complex"),
        ("grads['W1'].astype(np.float16)", "float16"),
        ("grads", "dict"),
    ],
)
def test_what_is_not_numeric_is_ungradable_and_names_the_line(tmp_path, expression, words):
    """Anything else is refused with the contract's key and line."""
    how = contract(gradients={"W1": expression}, lines={"submission.gradients.W1": 17})
    result = run(write(tmp_path, BACKWARD), how)
    assert result.status == "ungradable"
    assert "`submission.gradients.W1` (line 17 of the configuration)" in result.message
    assert words in result.message


def test_one_failing_expression_is_a_missing_parameter(tmp_path):
    """The others are still there, and the reason names what there is."""
    result = run(write(tmp_path, BACKWARD), contract(gradients=GRADIENTS | {"b1": "grads['db1']"}))
    assert result.status == "ok"
    assert "'b1'" in result.missing["b1"]
    assert set(result.gradients) == {"W1", "W2", "b2"}


def test_no_expression_at_all_is_ungradable(tmp_path):
    """Where none can be evaluated the contract isn't met."""
    text = BACKWARD.replace('return {"W1"', 'grads = {"W1"')
    result = run(write(tmp_path, text), contract())
    assert result.status == "ungradable"
    assert "`grads` is None: does the function return it?" in result.message
    pair = run(write(tmp_path, "def backward(*a):\n    return 1, 2\n"), contract())
    assert "`grads` is a tuple of 2" in pair.message
    lazy = run(write(tmp_path, BACKWARD.replace("return {", "yield {")), contract())
    assert "`grads` is a generator" in lazy.message


def test_a_file_without_anything_is_said_to_have_nothing(tmp_path):
    """An empty file is no riddle, and the contract's own arrays are not the file's."""
    assert "the file defines nothing" in run(write(tmp_path, ""), contract()).message
    other = run(write(tmp_path, "def f():\n    pass\n"), contract()).message
    assert other.endswith("the file has f")


def test_output_and_loss(tmp_path):
    """The submission's own forward pass and loss come along; one that fails is the contract's."""
    path = write(tmp_path, BACKWARD)
    result = run(path, contract(output="sigmoid(X @ W1)", loss="0.5"))
    assert result.output.shape == (5, 3)
    assert result.loss == 0.5
    assert run(path, contract(loss="unknown")).status == "ungradable"


def test_the_submissions_own_exception_is_a_crash_with_its_own_frames(tmp_path):
    """File, line, source line and exception; nothing of ours, and no library's insides."""
    text = BACKWARD.replace("X.T @ dZ1", "np.vstack([X.T, dZ1])")
    result = run(write(tmp_path, text), contract())
    assert result.status == "crashed"
    assert result.line == text.splitlines().index(next(line for line in text.splitlines() if "vstack" in line)) + 1
    assert f"ann.py:{result.line} in backward: return {{" in result.message
    assert "ValueError" in result.message
    assert "runner" not in result.message
    assert "numpy/" not in result.message


@pytest.mark.parametrize(
    "line",
    ["sigmoid()", "undefined_name", "X.nothing", "raise SystemExit", "exit()", "raise KeyboardInterrupt", "1 / 0"],
)
def test_errors_of_the_submissions_own_are_crashes(tmp_path, line):
    """A TypeError or a NameError in the student's code is a crash, not the contract's."""
    result = run(write(tmp_path, BACKWARD.replace("    A1 = ", f"    {line}\n    A1 = ")), contract())
    assert result.status == "crashed"
    assert result.line == 8


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("grads = backwards(X, Y)", "did you mean `backward`?"),
        ("grads = backward(X, Y)", "line 7 of the file has `backward(X, Y, W1, b1, W2, b2)`"),
        ("grads = submission.back_ward(X)", "did you mean `backward`?"),
        ("grads = backward(X, Y, W1, b1, W2, b2)['x']", "KeyError"),
        ("a, b = backward(X, Y, W1, b1, W2, b2), 1\nc, d = 1", "line 13"),
    ],
)
def test_errors_of_the_contracts_own_are_ungradable(tmp_path, call, words):
    """The contract's line is named, with what was found and what may have been meant."""
    how = contract(run=call + "\n", lines={"submission.run": 11})
    result = run(write(tmp_path, BACKWARD), how)
    assert result.status == "ungradable"
    assert "`submission.run` (line 1" in result.message
    assert words in result.message


def test_a_name_that_loading_skipped_is_explained(tmp_path):
    """Whether the student's code or the contract misses it, the message says which line would set it."""
    text = BACKWARD.replace("X.T @ dZ1", "X.T @ dZ1 * table") + "\ntable = sigmoid(float(input() or 0)) * 2\n"
    missed = run(write(tmp_path, text), contract())
    assert missed.status == "ungradable"
    assert 'ann.py:14 would set it, and is not run on loading: set it in `run`, or load = "all"' in missed.message
    assert "ann.py:14 would set it" in run(write(tmp_path, text), contract(run="x = table\n")).message
    assert_right(run(write(tmp_path, text), contract(load="all")))


def test_a_name_whose_line_failed_on_loading_is_explained(tmp_path):
    """What the student's code or the contract misses is traced to the line that failed, and why."""
    text = "from .utils import sigmoid\nrate = open('rate.txt').read()\n" + BACKWARD.replace(
        "def sigmoid", "def _"
    )
    missed = run(write(tmp_path, text), contract())
    assert missed.status == "crashed"
    assert "ann.py:1 would set it, and failed on loading: ModuleNotFoundError: nothing" in missed.message
    assert "`.utils`" in missed.message
    called = run(write(tmp_path, text), contract(run="x = rate\n"))
    assert "ann.py:2 would set it, and failed on loading: FileNotFoundError" in called.message


def test_a_crash_says_on_which_sizes(tmp_path):
    """A shape that fits one problem only is understood by the sizes of the other."""
    crashed = run(write(tmp_path, BACKWARD.replace("X.T @ dZ1", "X @ dZ1")), contract())
    assert crashed.message.endswith("(run with n=5 d=4 h=3 k=2)")


def test_overflow_and_warnings_are_silent(tmp_path):
    """Warnings neither show nor become exceptions."""
    text = BACKWARD.replace(
        "    A1 = ", "    import warnings; warnings.warn('x'); np.exp(np.array([1e5]))\n    A1 = "
    )
    assert_right(run(write(tmp_path, text), contract()))


def test_prints_input_and_plots_do_no_harm(tmp_path, capsys):
    """A function may print, ask and draw."""
    text = BACKWARD.replace(
        "    A1 = ",
        "    import matplotlib.pyplot as plt\n    assert input('?') == ''\n    plt.show()\n    A1 = ",
        1,
    )
    assert_right(run(write(tmp_path, text), contract()))
    assert capsys.readouterr().out == ""


def test_an_edited_text_runs_in_place_of_the_files(tmp_path):
    """`source` replaces the text; one that doesn't parse is ungradable."""
    path = write(tmp_path, BACKWARD.replace("W2.T", "W2"))
    assert run(path, contract()).status == "crashed"
    assert_right(run(path, contract(), source=BACKWARD))
    assert run(path, contract(), source="def f(:\n").status == "ungradable"


def test_variants_run_one_after_another(tmp_path):
    """Each of them on every input, in place of the file's text."""
    path = write(tmp_path, BACKWARD)
    texts = BACKWARD.replace("W2.T", "W2"), BACKWARD, "def f(:\n"
    results = run_all(path, contract(), inputs(0), inputs(1), variants=texts)
    assert [result.status for result in results] == ["crashed"] * 2 + ["ok"] * 2 + ["ungradable"] * 2
    assert_right(results[3], inputs(1))


def test_a_definition_that_other_versions_had_is_theirs_only_where_it_says_the_same(tmp_path):
    """With another body, decorator or place it is another one; a crash is told by its own line."""
    double = "def twice(f):\n    return lambda *a: {name: 2 * g for name, g in f(*a).items()}\n\n\n"
    decorated = double + BACKWARD.replace("def backward", "@twice\ndef backward")
    wrong = BACKWARD.replace("W2.T", "W2")
    path = write(tmp_path, BACKWARD)
    texts = (BACKWARD, wrong, "\n\n" + wrong, decorated, double + BACKWARD, BACKWARD)
    results = run_all(path, contract(), inputs(), variants=texts)
    assert [result.status for result in results] == ["ok", "crashed", "crashed", "ok", "ok", "ok"]
    assert results[2].line == results[1].line + 2
    for place in (0, 4, 5):
        assert_right(results[place])
    for name, gradient in results[0].gradients.items():
        np.testing.assert_allclose(results[3].gradients[name], 2 * gradient)


def test_a_file_that_cannot_be_read_is_ungradable_for_every_input(tmp_path):
    """Each input gets its answer."""
    results = run_all(write(tmp_path, "print 'x'\n"), contract(), inputs(), inputs())
    assert [result.status for result in results] == ["ungradable", "ungradable"]
    assert "Python 2" in results[0].message


def test_a_notebook(tmp_path):
    """Cells are read in order; a crash says cell and line."""
    parts = BACKWARD.strip().split("\n\n")
    path = notebook(tmp_path, "%matplotlib inline\n" + parts[0], parts[1], parts[2])
    assert_right(run(path, contract()))
    broken = run(notebook(tmp_path, parts[0], parts[1], parts[2].replace("W2.T", "W3.T")), contract())
    assert "ann.ipynb cell 3 line 5" in broken.message


def test_columns_and_single_examples_are_only_arrays(tmp_path):
    """The arrays arrive as they were laid out."""
    how = contract(run="grads = {'W1': X}\n", gradients={"W1": "grads['W1']"}, axes=LAYOUTS["columns"])
    result = run(write(tmp_path, BACKWARD), how, inputs(n=1))
    assert result.gradients["W1"].shape == (1, 4)


def test_a_watched_run_reports_events_and_the_same_gradients(tmp_path):
    """Watching changes nothing, and evaluations are tried on the way."""
    path = write(tmp_path, BACKWARD)
    plain, watched = run(path, contract()), run(path, contract(), watch=True)
    for name in plain.gradients:
        np.testing.assert_array_equal(plain.gradients[name], watched.gradients[name])
    assert plain.events == ()
    assert len(watched.events) > 10
    statement = max(
        index for index, node in enumerate(ast.walk(ast.parse(BACKWARD))) if isinstance(node, ast.Return)
    )
    tried = run(path, contract(), evaluate=(Evaluation(node=statement, expressions=("dZ1.shape[0]", "nothing")),))
    assert [event.candidate for event in tried.events if event.candidate >= 0] == [0]


def test_memory_errors_are_the_callers(tmp_path):
    """Running out of memory is not a mistake of the formula."""
    text = BACKWARD.replace("    A1 = ", "    raise MemoryError\n    A1 = ")
    with pytest.raises(MemoryError):
        run(write(tmp_path, text), contract())


def test_whatever_is_raised_is_a_crash(tmp_path):
    """Also what no handler of ordinary exceptions catches."""
    text = "class Odd(BaseException): pass\n" + BACKWARD.replace("    A1 = ", "    raise Odd('x')\n    A1 = ")
    assert run(write(tmp_path, text), contract()).status == "crashed"


def test_the_child_holds_no_reference():
    """Running submissions imports nothing that knows the right gradients."""
    code = "import sys, gradcheck.submissions.runner, gradcheck.submissions.watch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "gradcheck.submissions.runner" in loaded
    for part in ("diagnosis", "network.backward", "comparison", "differences", "faults"):
        assert not [name for name in loaded if name.startswith(f"gradcheck.{part}")]


def test_a_second_call_comes_after_one_with_other_values(tmp_path):
    """One more result: of a file that keeps nothing the same, of one that keeps its first inputs another."""
    path = write(tmp_path, BACKWARD)
    first, second = run_all(path, contract(), inputs(), warm=True)
    assert_right(first)
    assert_right(second)
    first_kept = "    kept.append({0})\n    {0} = kept[0]\n    A1 ="
    of_examples = "    W1 = kept.setdefault(X.tobytes(), W1)\n    A1 ="
    for begin, keeping in (
        ("kept = []\n", first_kept.format("W1")),
        ("kept = []\n", first_kept.format("X")),
        ("kept = {}\n", of_examples),
    ):
        text = begin + BACKWARD.replace("    A1 =", keeping)
        first, second = run_all(write(tmp_path, text), contract(), inputs(), warm=True)
        assert_right(first)
        assert second.status == "ok"
        assert not np.allclose(first.gradients["W1"], second.gradients["W1"])


def test_what_stands_behind_the_main_guard_is_said_to(tmp_path):
    """A function or a value that is only there when the file is run as a script needs another contract."""
    text = BACKWARD.replace("def backward", "if __name__ == '__main__':\n  rate = 2\n  def backward").replace(
        "\n    ", "\n      "
    )
    missed = run(write(tmp_path, text), contract())
    assert missed.status == "ungradable"
    assert "would set it, and is behind the main guard" in missed.message
    assert "[submission.script]" in missed.message


@pytest.mark.parametrize("late", ["while True: pass", "import time; time.sleep(60)"])
def test_a_version_that_never_ends_is_ended_and_the_next_is_run(tmp_path, late):
    """An edited loop may go on for ever, or wait; what comes after it in the same process is not held up."""
    never = BACKWARD.replace("    return", f"    {late}\n    return", 1)
    assert never != BACKWARD
    job = Job(
        path=write(tmp_path, BACKWARD),
        contract=contract(),
        inputs=(inputs(),),
        variants=(BACKWARD, never, BACKWARD),
        seconds=0.3,
    )
    found = []
    perform(job, found.append)
    assert [one.status for one in found] == ["ok", "crashed", "ok"]
    assert "not done after 0.3 s" in found[1].message
