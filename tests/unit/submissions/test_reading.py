"""Reading: what the file has, line by line, whatever its form."""

import ast
import json
import re
import time

import pytest
from submitted import notebook, write

from gradcheck.errors import UngradableError
from gradcheck.submissions.reading import LARGEST_CODE, read_source


def test_a_py_file_is_its_own_text(tmp_path):
    """Lines and places of a .py are the file's."""
    source = read_source(write(tmp_path, "a = 1\nb = 2\n"))
    assert source.text == "a = 1\nb = 2\n"
    assert source.place(2) == (None, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfname = '\xc3\xa4'\n",
        b"# -*- coding: latin-1 -*-\nname = '\xe4'\n",
        b"name = '\xe4'\n",
        "name = 'ä'\n".encode("utf-16"),
        "# -*- coding: utf8-sig8 -*-\nname = 'ä'\n".encode(),
    ],
    ids=["bom", "declared", "undeclared", "utf-16", "declared as nothing"],
)
def test_encodings(tmp_path, data):
    """A byte order mark, a declaration, or neither: the letters are right."""
    path = tmp_path / "a.py"
    path.write_bytes(data)
    assert "ä" in read_source(str(path)).text


def test_carriage_returns_are_read_and_written_back(tmp_path):
    """A file with CRLF keeps it where it is written back."""
    path = tmp_path / "a.py"
    path.write_bytes(b"a = 1\r\nb = 2\r\n")
    source = read_source(str(path))
    assert source.text == "a = 1\nb = 2\n"
    assert source.write_back("a = 1\nb = 3\n") == "a = 1\r\nb = 3\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a = 1\r\nb = 2\nc = 3\n", b"a = 1\r\nb = 5\nx = 6\nc = 3\n"),
        (b"a = 1\rb = 2\rc = 3", b"a = 1\rb = 5\rx = 6\rc = 3"),
        (b"\xef\xbb\xbfa = 1\nb = 2\nc = 3\n", b"\xef\xbb\xbfa = 1\nb = 5\nx = 6\nc = 3\n"),
        (
            "# coding: latin-1\nb = 2\nö = 3\n".encode("latin-1"),
            "# coding: latin-1\nb = 5\nx = 6\nö = 3\n".encode("latin-1"),
        ),
    ],
)
def test_what_was_not_edited_is_the_same_byte_by_byte(tmp_path, before, after):
    """Each line keeps its own ending, and the file its encoding."""
    path = tmp_path / "ann.py"
    path.write_bytes(before)
    source = read_source(str(path))
    edited = source.write_back(source.text.replace("b = 2", "b = 5\nx = 6"))
    assert edited.encode(source.encoding) == after


@pytest.mark.parametrize("odd", ["\u2028", "\f", "\x1c", "\x85"])
def test_lines_are_those_that_python_counts(tmp_path, odd):
    """What else may begin a line elsewhere stays where it is; of a notebook, too."""
    text = f"a = 1  # one{odd}two\nb = 2\nc = 3"
    for path in (write(tmp_path, text), notebook(tmp_path, text)):
        source = read_source(path)
        assert source.place(2) == (1 if path.endswith("ipynb") else None, 2)
        written = source.write_back(source.text.replace("c = 3", "c = 4"))
        if path.endswith("ipynb"):
            written = "".join(json.loads(written)["cells"][0]["source"])
        assert written.rstrip("\n") == text.replace("c = 3", "c = 4")


def test_mixed_tabs_and_spaces(tmp_path):
    """Tabs among spaces are columns of eight, and said so; untouched lines keep their tabs."""
    path = tmp_path / "a.py"
    path.write_text("def f():\n        x = 1\n\treturn x\n")
    source = read_source(str(path))
    ast.parse(source.text)
    assert any("tabs" in note for note in source.notes)
    assert "\treturn x" in source.write_back(source.text.replace("1", "2"))


@pytest.mark.parametrize(
    "text",
    ["print 'x'\n", "exec 'x'\n", "try:\n    x\nexcept E, e:\n    pass\n", "x = 10L\n", "if a <> b: pass\n"],
)
def test_python_2_is_refused_by_that_name(tmp_path, text):
    """Code that only Python 2 reads is called Python 2, with file and line."""
    with pytest.raises(UngradableError, match=r"ann\.py:\d+ is Python 2"):
        read_source(write(tmp_path, text))


def test_a_syntax_error_has_file_and_line_and_is_not_python_2(tmp_path):
    """Any other syntax error is shown as that."""
    with pytest.raises(UngradableError, match=r"ann\.py:2: syntax error") as caught:
        read_source(write(tmp_path, "a = 1\nb = (\n"))
    assert "Python 2" not in str(caught.value)


@pytest.mark.parametrize("name", ["ann.py", "ann.ipynb"])
def test_masses_of_code_are_not_parsed(tmp_path, name):
    """A parser takes 600 times the memory of such a text, and the judge has other submissions, too."""
    text = "x=1\n" * (LARGEST_CODE // 4 + 1) + "y"
    path = notebook(tmp_path, text) if name.endswith("b") else write(tmp_path, text)
    with pytest.raises(UngradableError, match=r"has 262,149 characters of code"):
        read_source(path)
    assert read_source(write(tmp_path, "# " + "x" * (LARGEST_CODE - 4))).text


@pytest.mark.parametrize("text", ["[" * 100_000, '{"cells":' + "[" * 100_000, "{", "[]", "1"])
def test_what_is_no_notebook_is_said_so(tmp_path, text):
    """However deep it nests, it is the file's fault and not the reader's."""
    (tmp_path / "ann.ipynb").write_text(text)
    with pytest.raises(UngradableError, match="not a notebook"):
        read_source(str(tmp_path / "ann.ipynb"))


@pytest.mark.parametrize("cell", ["%x\n" * 3000, "a = 1\n" + " " * 100_000 + "("])
def test_a_cell_that_is_slow_to_clean_is_left_out(tmp_path, cell):
    """Neither thousands of magics nor a line of spaces keep the judge busy."""
    start = time.perf_counter()
    source = read_source(notebook(tmp_path, cell, "b = 2"))
    assert time.perf_counter() - start < 5.0
    assert "cell 1 left out" in source.notes[0]
    assert "b = 2" in source.text


def test_a_missing_file(tmp_path):
    """A file that isn't there is said so."""
    with pytest.raises(UngradableError, match="can't be read"):
        read_source(str(tmp_path / "none.py"))


def test_cells_in_order_with_their_places(tmp_path):
    """Lines of a notebook are cell and line."""
    source = read_source(notebook(tmp_path, "a = 1\nb = 2", "c = 3"))
    assert source.text.splitlines() == ["a = 1", "b = 2", "c = 3"]
    assert [source.place(line) for line in (1, 2, 3)] == [(1, 1), (1, 2), (2, 1)]
    assert source.where(3) == "ann.ipynb cell 2 line 1"


def test_markdown_cells_do_not_count(tmp_path):
    """Cells are counted over code cells."""
    cells = [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "source": "a = 1"}]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    source = read_source(str(path))
    assert source.place(1) == (1, 1)
    assert source.text == "a = 1\n"


def test_format_3(tmp_path):
    """Notebooks of format 3 have worksheets and `input`."""
    sheet = {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"worksheets": [sheet], "metadata": {}, "nbformat": 3}))
    source = read_source(str(path))
    assert source.text == "a = 1\nb = 2\n"
    assert json.loads(source.write_back("a = 1\nb = 5\n"))["worksheets"][0]["cells"][0]["input"] == [
        "a = 1\n",
        "b = 5",
    ]


def test_magics_and_escapes_are_left_out_line_by_line(tmp_path):
    """Line magics, shell escapes, help and the line of %%time go; the lines around them stay where they were."""
    source = read_source(
        notebook(
            tmp_path,
            "%matplotlib inline\nimport numpy as np\n!pip install x\nnp.dot?",
            "%%time\na = 1",
            "%%capture out\nb = 2",
            "if True:\n    !ls\n    c = 3",
            "files = !ls\nd = (7\n  % 4)",
        )
    )
    namespace = {}
    exec(source.text.replace("import numpy as np", ""), namespace)
    assert [namespace[name] for name in "abcd"] == [1, 2, 3, 3]
    assert source.notes == ()
    assert source.place(source.text.splitlines().index("a = 1") + 1) == (2, 2)


def test_a_percent_at_the_start_of_a_line_is_an_operator(tmp_path):
    """A cell that is Python as it stands is not touched."""
    source = read_source(notebook(tmp_path, 'text = ("%s"\n% 3)'))
    assert source.text == 'text = ("%s"\n% 3)\n'


@pytest.mark.parametrize("cell", ["%%bash\nls -l", "%%html\n<b>x</b>", "a = (", "this is no Python"])
def test_other_cells_are_left_out_whole_with_a_note(tmp_path, cell):
    """Other cell magics, and cells that don't parse, are left out; the rest is read."""
    source = read_source(notebook(tmp_path, cell, "b = 2"))
    assert [line for line in source.text.splitlines() if line] == ["b = 2"]
    assert len(source.notes) == 1
    assert "cell 1 left out" in source.notes[0]
    assert source.place(source.text.splitlines().index("b = 2") + 1) == (2, 1)


def test_a_notebook_of_python_2_or_another_language_is_refused(tmp_path):
    """Python 2 is refused by that name in a cell too; R is refused by its own."""
    with pytest.raises(UngradableError, match=r"cell 1.* is Python 2"):
        read_source(notebook(tmp_path, "print 'x'"))
    with pytest.raises(UngradableError, match="notebook in r"):
        read_source(notebook(tmp_path, "x <- 1", language="R"))
    with pytest.raises(UngradableError, match="not a notebook"):
        read_source(write(tmp_path, "no json", "a.ipynb"))
    kernel = {"cells": [], "metadata": {"kernelspec": {"language": "R", "name": "ir"}}}
    with pytest.raises(UngradableError, match="notebook in r"):
        read_source(write(tmp_path, json.dumps(kernel), "a.ipynb"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "[] at its top, expected an object"),
        ({"cells": 3}, "3 as its `cells`, expected a list"),
        ({"cells": ["x = 1"]}, '"x = 1" as cell 1, expected an object'),
        ({"worksheets": [[]]}, "[] as a worksheet, expected an object"),
        ({"cells": [{"cell_type": "code", "source": [5]}]}, "[5] as the text of cell 1, expected text"),
        ({"cells": [], "metadata": 1}, "1 as its `metadata`, expected an object"),
    ],
)
def test_what_is_no_notebook_is_told_by_what_it_has(tmp_path, content, said):
    """What was found, where, and what a notebook has there; not what Python says of it."""
    with pytest.raises(UngradableError, match=re.escape(f"a.ipynb is not a notebook: {said}")):
        read_source(write(tmp_path, json.dumps(content), "a.ipynb"))


def test_a_long_line_is_shown_in_part(tmp_path):
    """One line of a thousand brackets doesn't fill the screen; a usual one is shown as it is."""
    with pytest.raises(UngradableError) as raised:
        read_source(write(tmp_path, f"x = {'(' * 10_000}1{')' * 10_000}\n"))
    assert len(str(raised.value)) < 250
    assert "((((...`" in str(raised.value)
    with pytest.raises(UngradableError, match=r"`x = \(1`$"):
        read_source(write(tmp_path, "x = (1\n"))


def test_only_changed_cells_are_written_back(tmp_path):
    """An edit changes its own cell; magics and the other cells are as they were."""
    path = notebook(tmp_path, "%matplotlib inline\na = 1", "%%time\nb = 2", "%%bash\nls")
    before = json.loads((tmp_path / "ann.ipynb").read_text())
    source = read_source(path)
    after = json.loads(source.write_back(source.text.replace("b = 2", "b = 3\nc = 4")))
    assert after["cells"][0] == before["cells"][0]
    assert after["cells"][2] == before["cells"][2]
    assert "".join(after["cells"][1]["source"]) == "%%time\nb = 3\nc = 4"


def test_a_notebook_keeps_its_form(tmp_path):
    """Its indentation, whether it ends in a newline, and whether a cell does."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["a = 1\n", "b = 2\n"]}]
    before = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=2)
    (tmp_path / "ann.ipynb").write_text(before)
    source = read_source(str(tmp_path / "ann.ipynb"))
    assert source.write_back(source.text.replace("b = 2", "b = 3")) == before.replace("b = 2", "b = 3")


@pytest.mark.parametrize(
    ("text", "said"), [("", "is empty"), ("[1]", "is not a notebook"), ("x = 1", "is not a notebook")]
)
def test_what_is_no_notebook_is_told(tmp_path, text, said):
    """An empty file, other JSON and a program under a notebook's name."""
    path = tmp_path / "ann.ipynb"
    path.write_text(text)
    with pytest.raises(UngradableError, match=f"ann.ipynb {said}"):
        read_source(str(path))


def test_lines_of_an_edited_text_say_where_they_were(tmp_path):
    """Those that are new stand for what they were put in place of, or for the line that they follow."""
    source = read_source(write(tmp_path, "a = 1\nb = 2\nc = 3\n"))
    edited = source.edited("a = 1\nb = 20\nb += 1\nc = 3\nd = 4\n")
    assert [edited.place(line)[1] for line in range(1, 6)] == [1, 2, 2, 3, 3]
    assert source.edited("").text == ""
    cells = read_source(notebook(tmp_path, "a = 1", "b = 2\nc = 3"))
    longer = cells.edited(cells.text.replace("b = 2", "b = 2\nb += 1"))
    assert [longer.place(line) for line in range(1, 5)] == [(1, 1), (2, 1), (2, 1), (2, 2)]
