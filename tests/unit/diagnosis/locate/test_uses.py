"""What code reads, gives and changes: the ways to ask for it, side by side where they differ."""

from __future__ import annotations

import ast

import pytest

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.uses import (
    changed_in_place,
    filled,
    given,
    given_within,
    gives,
    made_of_itself,
    names_given,
    names_read,
    put_into,
    read,
    read_but_for_sums,
    reading,
)


@pytest.mark.parametrize(
    ("text", "reads", "gives", "changes", "of_itself"),
    [
        ("a = b", {"b"}, {"a"}, set(), set()),
        ("a = a + b", {"a", "b"}, {"a"}, set(), {"a"}),
        ("a += b", {"a", "b"}, {"a"}, {"a"}, {"a"}),
        ("a[0] = b", {"a", "b"}, {"a[0]"}, {"a"}, {"a"}),
        ("g['w'] -= b", {"g", "g['w']", "b"}, {"g['w']"}, {"g", "g['w']"}, {"g", "g['w']"}),
        ("s.a, b = b, s.a", {"s", "s.a", "b"}, {"s.a", "b"}, set(), {"s.a", "b"}),
    ],
)
def test_one_assignment_is_told_in_each_of_its_ways(
    text: str, reads: set[str], gives: set[str], changes: set[str], of_itself: set[str]
) -> None:
    """An item is put into something that stays what it is, and only what stays is changed in place."""
    (statement,) = ast.parse(text).body
    assert read(statement) == reads
    assert given(statement) == gives
    assert changed_in_place(statement) == changes
    assert made_of_itself(statement) == of_itself


def test_what_is_only_added_to_is_not_needed() -> None:
    """A sum is not read by what adds to it, but by what multiplies it."""
    added, multiplied, called, made = ast.parse("a += b\na *= b\na = f(a, b)\na = f(a)").body
    assert read_but_for_sums(added) == {"b"}
    assert read_but_for_sums(multiplied) == {"a", "b"}
    assert read_but_for_sums(called) == {"f", "b"}
    assert read_but_for_sums(made) == {"f", "a"}


def test_what_is_given_within_a_statement_is_not_given_by_it() -> None:
    """A loop assigns to nothing itself, and gives what its statements give; its turns are no assignment."""
    (loop,) = ast.parse("for i in x:\n    a = i\n    b[i] = a").body
    assert given(loop) == set()
    assert given_within(loop) == {"a", "b[i]"}
    assert put_into(loop) == set()
    assert made_of_itself(loop) == changed_in_place(loop) == {"b"}


def test_a_list_is_filled_by_its_methods() -> None:
    """Not by one of that name which a file defines itself."""
    (loop,) = ast.parse("for i in x:\n    a.append(i)\n    b.update(i)\n    c.pop()").body
    assert filled(loop) == {"a", "b"}
    assert filled(loop, {"update"}) == {"a"}


def test_variables_are_read_or_given_a_value() -> None:
    """What an item is put into is read, and a loop gives its names a value."""
    nodes = list(ast.walk(ast.parse("for i in x:\n    a[i] = s.b = c")))
    assert {one.id for one in names_read(nodes)} == {"x", "a", "i", "s", "c"}
    assert {one.id for one in names_given(nodes)} == {"i"}


def test_places_are_told_to_the_letter() -> None:
    """Where something is read, or given a value, is asked for as the program writes it."""
    program = Program("s.a = g[ 'w' ] + s.a * g['w']\n")
    (statement,) = program.tree.body
    assert [program.span(one) for one in reading(program, statement, "g['w']")] == [(23, 29)]
    assert [program.span(one) for one in reading(program, statement, "s.a")] == [(17, 20)]
    assert gives(program, statement, "s.a")
    assert not gives(program, statement, "s")
