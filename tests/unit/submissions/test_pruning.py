"""Pruning: what is left, and what is remembered of what isn't. That it runs is tested with loading."""

import ast

from gradcheck.submissions.pruning import prune


def test_what_is_left_is_in_order_and_the_rest_is_remembered():
    """Skipped statements are known by the names they would have set."""
    text = "a = 1\nb = f()\nfor c in a:\n    d = c\ndef f(): pass\n"
    text += "if a:\n    e = 1\n    f()\nelse:\n    g = f()\nf()\n"
    pruned = prune(ast.parse(text))
    assert ast.unparse(pruned.tree) == "a = 1\n\ndef f():\n    pass\nif a:\n    e = 1"
    assert pruned.skipped == {"b": 2, "c": 3, "d": 4, "g": 10}


def test_nothing_is_left_of_a_script_that_only_runs():
    """A file of calls and loops is empty."""
    pruned = prune(ast.parse("print(1)\nwhile True: pass\nif __name__ == '__main__':\n    x = 1\n"))
    assert pruned.tree.body == []
