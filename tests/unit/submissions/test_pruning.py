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


def kept(text: str) -> str:
    return ast.unparse(prune(ast.parse(text)).tree)


def test_an_object_that_functions_use_is_made():
    """But for one that trains when it is made, and one that nothing uses."""
    plain = "class A:\n    def __init__(self, k=1):\n        self.k = k\n    def up(self, z):\n        return z\n"
    used = plain + "act = A(k=2)\ndef f(z):\n    return act.up(z)\n"
    assert "act = A(k=2)" in kept(used)
    assert "act = A(" not in kept(plain + "act = A(k=2)\nprint(act)\n")
    assert "act = A(k=2).up(3)" in kept(used.replace("A(k=2)", "A(k=2).up(3)"))
    assert "act = A(" not in kept(used.replace("self.k = k", "\n        for k in range(9): self.k -= k"))
    assert "act = A(" not in kept(used.replace("self.k = k", "self.k = input(k)"))


def test_an_object_that_multiplies_a_shape_up_is_made():
    """What gathers the numbers that it goes over doesn't train; a step along each does, or one from a value."""
    text = "class A:\n    def __init__(self, shape):\n        self.k = spread(shape)\n"
    text += "act = A((3, 4))\ndef f(z):\n    return act.k * z\n"
    gathers = "def spread(shape):\n    p = 1\n    for s in shape:\n        p *= s\n    return p\n"
    assert "act = A(" in kept(gathers + text)
    assert "act = A(" not in kept(gathers.replace("p *= s", "p -= rate * s") + text)
    assert "act = A(" not in kept(gathers.replace("p = 1", "p = start()") + text)
