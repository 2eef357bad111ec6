"""Words that choose: a key of a dict of functions, what a condition asks for."""

from __future__ import annotations

from functools import partial

from workbench import PROGRAM, made_by, mended

from gradcheck.diagnosis.repair.words import words

TABLE = """\
SLOPES = {"relu": lambda a: a > 0, "logistic": lambda a: a * (1 - a)}
"""
texts = partial(made_by, words)


def test_another_word_is_one_that_the_program_has_for_the_same() -> None:
    """A key of the same dict, or what the same name is compared with; as it is quoted there."""
    text = TABLE + "slope = SLOPES['relu']\n"
    assert texts(text) == {text.replace("['relu']", "['logistic']")}
    text = "def f(z, kind='tanh'):\n    return z if kind == 'tanh' else g(z) if kind == 'relu' else 0\n"
    assert texts(text) == {text.replace("kind='tanh'", "kind='relu'")}


def test_a_word_is_written_as_a_literal() -> None:
    """Whatever is in it: no edit breaks the program."""
    text = "def f(z, kind='tanh'):\n    return z if kind == 'tanh' else 1 if kind == \"it's\" else 0\n"
    assert texts(text) == {text.replace("kind='tanh'", 'kind="it\'s"')}


def test_no_word_is_changed_that_doesnt_choose() -> None:
    """What is printed, a key that is set, an array in a dict: that is within reach by itself."""
    assert texts(TABLE + "print('logistics')\n") == set()
    assert texts(TABLE + "kept['relu'] = 1\n") == set()
    assert texts("cache = {'a': a, 'z': z}\nh = cache['z']\n") == set()


def test_a_program_that_takes_the_other_layers_function_is_mended() -> None:
    """Where that is right, nothing is found."""
    right = PROGRAM.replace("def backward", TABLE + "\ndef backward").replace(
        "dh * h * (1 - h)", "dh * SLOPES['logistic'](h)"
    )
    assert mended(right) is None
    found = mended(right.replace("['logistic']", "['relu']"))
    assert found is not None
    assert found.text == right
