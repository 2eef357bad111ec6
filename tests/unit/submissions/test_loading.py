"""Loading: what runs, what doesn't, what is replaced."""

import os
import sys
from pathlib import Path

import pytest
from submitted import BACKWARD, RUN, assert_right, contract, inputs, run, run_all, write

READ = Path.read_bytes

LOAD_ALL = contract(load="all")


def loaded(tmp_path, text, expression, **others):
    """Value of an expression after loading a text, and the notes."""
    path = write(tmp_path, text)
    result = run(path, contract(run="\n", gradients={"W1": expression}, **others))
    assert result.status == "ok", result.message
    return result.gradients["W1"].tolist(), result.notes


def unset(tmp_path, text, name, **others):
    """Whether a name isn't there after loading."""
    how = contract(run="\n", gradients={"W1": f"float({name!r} in vars(submission))"}, **others)
    result = run(write(tmp_path, text), how)
    assert result.status == "ok", result.message
    return result.gradients["W1"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "a = 3",
        "a: int = 3",
        "b = {}\nb['x'] = 3\na = b['x']",
        "a = 1\na += 2",
        "import math\na = math.floor(3.5)",
        "class C:\n    v = 3\na = C.v",
        "def f():\n    return a\na = 3",
        "if 1 < 2:\n    a = 3\nelse:\n    a = 4",
        "try:\n    import cupy as np\nexcept ImportError:\n    np = None\na = 3 if np is None else 4",
        "try:\n    import nothing_of_that_name\n    a = 4\nexcept ModuleNotFoundError:\n    a = 3",
        "import contextlib\nwith contextlib.suppress(Exception):\n    a = 3",
        "from __future__ import annotations\nfrom dataclasses import*\n@dataclass\nclass C:\n    x: int=3\na=C.x",
        "f = lambda: g()\ndef g(): return 3\na = 3",
        "a, b = 3, 4",
        "import functools\ndef g(x): return x\nh = functools.partial(g, 3)\na = 3 if callable(h) else 4",
    ],
)
def test_imports_definitions_and_assignments_run(tmp_path, text):
    """Also under `if`, `try` and `with`."""
    assert loaded(tmp_path, text, "a")[0] == 3


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(3):\n    a = 3",
        "while True:\n    a = 3",
        "def f(): return 3\na = f()",
        "class C:\n    def f(self): return 3\na = C().f()",
        "f = lambda: 3\na = [f() for _ in range(2)]",
        "def f():\n    global a\n    a = 3\nf()",
        "exec('a = 3')",
        "if __name__ == '__main__':\n    a = 3",
        "def main():\n    pass\nif main():\n    a = 3",
        "def f(): return 3\nwith open(f()):\n    a = 3",
        "try:\n    for i in range(3):\n        a = 3\nexcept Exception:\n    pass",
    ],
)
def test_loops_calls_the_main_guard_and_what_calls_own_functions_do_not(tmp_path, text):
    """Nothing of these runs; all of it but the main guard does with `load = "all"`."""
    assert unset(tmp_path, text, "a")
    if "while" not in text and "__main__" not in text and "main()" not in text and "open" not in text:
        assert not unset(tmp_path, text, "a", load="all")


def test_an_assignment_that_fails_is_skipped_with_a_note(tmp_path):
    """File and line are said, the rest is loaded."""
    value, notes = loaded(tmp_path, "data = open('none.csv').read()\na = 3\n", "a")
    assert value == 3
    assert len(notes) == 1
    assert notes[0].startswith("ann.py:1 skipped: FileNotFoundError")


def test_load_all_runs_everything_and_a_crash_there_is_the_submissions(tmp_path):
    """An exception is a crash with its line; `exit()` on loading only ends it."""
    crashed = run(write(tmp_path, BACKWARD + "\nfor i in range(2):\n    1 / 0\n"), LOAD_ALL)
    assert crashed.status == "crashed"
    assert crashed.line == 15
    left = run(write(tmp_path, BACKWARD + "\nimport sys\nsys.exit(0)\n1 / 0\n"), LOAD_ALL)
    assert_right(left)
    assert any("skipped: SystemExit" in note for note in left.notes)


def test_a_file_beside_it_can_be_read(tmp_path):
    """Relative paths start from the submission's folder; the caller's folder is put back."""
    write(tmp_path, "3", "data.txt")
    before = os.getcwd()
    assert loaded(tmp_path, "a = float(open('data.txt').read())", "a")[0] == 3
    assert os.getcwd() == before


def test_plotting_is_always_a_stand_in_with_a_note(tmp_path):
    """Whatever is done with a plot does nothing."""
    text = """
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    from mpl_toolkits.mplot3d import Axes3D
    from matplotlib.pyplot import *
    def draw():
        fig, (left, right) = plt.subplots(1, 2, figsize=(3, 4))
        line, = left.plot([1, 2])
        right.set_title('x').figure[0] = 4
        with plt.style.context('dark'):
            plt.rcParams['x'] = plt.cm.Spectral(3) + 1
        for axis in plt.gcf().axes:
            axis.off()
        figure()
        show()
        return 3
    class Window(plt.Figure):
        pass
    """
    value, notes = loaded(tmp_path, text, "draw() if isinstance(Window(), Window) else 4")
    assert value == 3
    assert "matplotlib was replaced by a stand-in that draws nothing" in notes


def test_pylab_has_numpys_names(tmp_path):
    """A star import of pylab gives arrays as well as plots."""
    assert loaded(tmp_path, "from pylab import *\na = array([1, 2]).sum()\nplot(a)\n", "a")[0] == 3


def test_libraries_that_are_not_installed_are_stand_ins(tmp_path):
    """With a note; decorators leave functions alone, progress bars iterate."""
    text = """
    import nowhere_to_be_found as nf
    from nowhere_to_be_found.inner import thing, jit
    from tqdm import tqdm, trange
    data = nf.read_csv('x').values[:, 1:]
    @jit(nopython=True)
    def f():
        return sum(tqdm(range(3)))
    @nf.wrap
    class C:
        total = 3
    """
    value, notes = loaded(tmp_path, text, "f() + C.total")
    assert value == 6
    assert any(note.startswith("nowhere_to_be_found is not installed, nor beside the file") for note in notes)


def test_a_stand_in_is_no_gradient(tmp_path):
    """What came of a stand-in can't pass for numbers."""
    path = write(tmp_path, "import nowhere_to_be_found as nf\na = nf.zeros(3)\n")
    assert run(path, contract(run="\n", gradients={"W1": "a"})).status == "ungradable"


@pytest.mark.parametrize(
    "text",
    [
        "from scipy.special import expit as s",
        "import scipy.special\ns = scipy.special.expit",
        "from scipy import special\ns = special.expit",
    ],
)
def test_expit_works_even_so(tmp_path, text):
    """The one function of scipy that networks need, without overflow."""
    assert loaded(tmp_path, text, "s(np.array([0., -1000., 1000.]))")[0] == [0.5, 0, 1]


def test_siblings_are_imported_pruned_and_afresh(tmp_path):
    """A module beside the file is imported, without side effects, for every input anew."""
    text = "import numpy as np\nstate = []\n" + BACKWARD + "\nwhile True:\n    state.append(1)\n"
    write(tmp_path, text, "layers_of_mine.py")
    write(tmp_path, "from .deeper import thing\n", "package_of_mine/__init__.py")
    write(tmp_path, "from layers_of_mine import sigmoid as thing\n", "package_of_mine/deeper.py")
    path = write(tmp_path, "from layers_of_mine import backward, state\nfrom package_of_mine import thing\n")
    results = run_all(path, contract(run="state.append(1)\n" + RUN, loss="len(state)"), inputs(0), inputs(0))
    for result in results:
        assert_right(result)
        assert result.loss == 1
    assert "layers_of_mine" not in sys.modules
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.mark.parametrize(
    "line",
    ["from .mine import backward", "from . import mine\nbackward = mine.backward", "from ..top import backward"],
)
def test_relative_imports(tmp_path, line):
    """Also relatively, from the folder and the one above."""
    write(tmp_path, BACKWARD, "inside/mine.py")
    write(tmp_path, BACKWARD, "top.py")
    assert_right(run(write(tmp_path, line + "\n", "inside/ann.py"), contract()))


def test_a_failing_siblings_frames_are_the_submissions(tmp_path):
    """A crash in a sibling is a crash, shown with both files."""
    write(tmp_path, BACKWARD.replace("W2.T", "W2"), "mine.py")
    path = write(tmp_path, "import mine\ndef backward(*a):\n    return mine.backward(*a)\n")
    result = run(path, contract())
    assert result.status == "crashed"
    assert result.line == 3
    assert "mine.py:11" in result.message


def test_a_missing_name_of_a_sibling_is_no_stand_in(tmp_path):
    """What can't be imported from a file that is there is skipped with a note."""
    write(tmp_path, "a = 1\n", "mine.py")
    path = write(tmp_path, "from mine import backward\n" + BACKWARD)
    result = run(path, contract())
    assert_right(result)
    assert any("cannot import name" in note for note in result.notes)


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o000, BACKWARD, "ImportError: mine.py may not be read from here: it is another submission, or its"),
        (0o644, "def f(:\n", "ImportError: mine.py:1: syntax error"),
    ],
)
def test_a_sibling_that_cannot_be_read_is_told_in_the_readers_words(tmp_path, monkeypatch, mode, text, said):
    """An import fails as imports do, and for a reason that the submission's author can do something about."""
    mine = write(tmp_path, text, "mine.py")
    os.chmod(mine, mode)
    if os.access(mine, os.R_OK) and not mode:  # whoever is root may read everything
        refuse = lambda path, *rest: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))  # noqa: E731
        monkeypatch.setattr(
            "pathlib.Path.read_bytes", lambda self: refuse(self) if self.name == "mine.py" else READ(self)
        )
        monkeypatch.setattr("gradcheck.submissions.importing.open", refuse, raising=False)
    result = run(
        write(tmp_path, "from mine import backward as b\ndef backward(*given): return b(*given)\n"), contract()
    )
    assert result.status == "crashed"
    assert said in result.message
    assert "UngradableError" not in "".join((result.message, *result.notes))


def test_sys_path_may_be_extended(tmp_path):
    """A bare call that makes an import possible is part of the import."""
    write(tmp_path, BACKWARD, "lib/mine_too.py")
    path = write(tmp_path, "import sys\nsys.path.append('lib')\nfrom mine_too import backward\n")
    before = list(sys.path)
    assert_right(run(path, contract()))
    assert sys.path == before


def test_a_submission_may_be_called_like_a_library(tmp_path):
    """A file named as a module that is loaded already doesn't take its place."""
    before = sys.modules["json"]
    assert_right(run(write(tmp_path, BACKWARD, "json.py"), contract()))
    assert sys.modules["json"] is before
