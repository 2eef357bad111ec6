"""The examples in the docstrings run and give what they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import gradcheck

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(gradcheck.__path__, "gradcheck.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    """Every example of a module gives what it shows."""
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for test in finder.find(module, name):
        runner.run(test)
    assert runner.failures == 0


def test_there_are_examples() -> None:
    """The public checks show how they are used."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in ("check_gradients", "check_vjp", "check_jvp", "check_jacobian", "check_second_order"):
        (test,) = finder.find(getattr(gradcheck, name), name)
        assert test.examples, name


def test_a_wrong_example_is_seen() -> None:
    """The runner that all modules go through fails on an example that lies."""
    runner = doctest.DocTestRunner(verbose=False)
    test = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "lie", None, 0)
    runner.run(test, out=lambda text: None)
    assert runner.failures == 1
