"""What is read from a file."""

from pathlib import Path

import pytest

from gradcheck.proposing import facts


def function(text: str) -> tuple[facts.Function, facts.Facts]:
    read = facts.read(text)
    return read.functions[0], read


@pytest.mark.parametrize(
    ("body", "template", "place"),
    [
        ("W1, b1, W2, b2 = p", "[{W1}, {b1}, {W2}, {b2}]", "_held_[2]"),
        ("(W1, b1), (W2, b2) = p", "[[{W1}, {b1}], [{W2}, {b2}]]", "_held_[1][0]"),
        ("return p['W1'] @ p['W2']", "{{'W1': {W1}, 'W2': {W2}}}", "_held_['W2']"),
    ],
)
def test_how_a_parameter_is_taken_apart_says_what_to_give(body: str, template: str, place: str) -> None:
    """Tuples become lists, which may be changed in place; every part has its place."""
    one, read = function(f"def f(p):\n    {body}\n")
    found = facts.container(one, "p", read)
    assert found is not None
    assert (found.template, found.places["W2"]) == (template, place)


def test_files_beside_are_read_as_far_as_they_are_imported(tmp_path: Path) -> None:
    """An imported class has the name that it is given; what is not imported by name is not the file's."""
    (tmp_path / "layers.py").write_text("class Dense:\n    pass\nclass Other:\n    pass\n")
    read = facts.read("from layers import Dense as D\nimport missing\n", str(tmp_path))
    assert read.defined == ["D"]
    assert read.beside == ("layers.py",)
