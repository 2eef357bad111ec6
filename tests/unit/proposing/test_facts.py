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


@pytest.mark.parametrize(
    ("loop", "so"),
    [
        ("for _ in range(p):\n        step()", True),
        ("for i in range(p):\n        x[i] += 1", False),
        ("for i in range(q):\n        step()", False),
    ],
)
def test_rounds_are_told_by_a_counter_that_is_not_used(loop: str, so: bool) -> None:
    """What counts through an array is a size, no number of rounds."""
    assert facts.repeats(function(f"def f(p, q):\n    {loop}\n")[0], "p") is so


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("for x, y in zip(X, Y):\n    net.learn(x, y)", True),
        ("for i in range(n):\n    net.learn(X[i], Y[i])", True),
        ("for X_batch, y_batch in batches:\n    net.learn(X_batch, y_batch)", False),
        ("for i in range(n):\n    net.learn(X, Y)", False),
    ],
)
def test_examples_one_by_one_are_told_from_batches(text: str, so: bool) -> None:
    """Only what is taken from data one after the other is an example."""
    assert facts.one_by_one(facts.read(text)) is so


def test_files_beside_are_read_as_far_as_they_are_imported(tmp_path: Path) -> None:
    """An imported class has the name that it is given; what is not imported by name is not the file's."""
    (tmp_path / "layers.py").write_text("class Dense:\n    pass\nclass Other:\n    pass\n")
    read = facts.read("from layers import Dense as D\nimport missing\n", str(tmp_path))
    assert read.defined == ["D"]
    assert read.beside == ("layers.py",)
