"""The network in a program's text."""

import ast

import pytest

from gradcheck.proposing import facts, products


def found(text: str) -> products.Found:
    read = facts.read(text)
    return products.find(read.tree.body, read)


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("h = act(u @ p + q)\no = act(h @ r + s)", {"X": "n d", "W1": "d h", "W2": "h k"}),
        ("h = act(p.dot(u) + q)\no = act(r.dot(h) + s)", {"X": "d n", "W1": "h d", "W2": "k h"}),
        ("h = act(np.dot(u, p.T) + q)\no = np.dot(h, r.T) + s", {"X": "n d", "W1": "h d", "W2": "k h"}),
        ("h = act(-u @ p - q)\no = act(h @ r + s)", {"X": "n d", "W1": "d h", "W2": "h k"}),
        (
            "h = act(es('nd,dh->nh', u, p) + q)\no = es('nh,hk->nk', h, r) + s",
            {"X": "n d", "W1": "d h", "W2": "h k"},
        ),
        (
            "h = act(es('hd,nd->nh', p, u) + q)\no = es('nh,kh->nk', h, r) + s",
            {"X": "n d", "W1": "h d", "W2": "k h"},
        ),
        ("u = np.matrix(u)\nh = act(p * u + q)\no = act(r * h + s)", {"X": "d n", "W1": "h d", "W2": "k h"}),
        ("z = np.matmul(u, p)\nz = z + q\no = act(z) @ r\no += s", {"X": "n d", "W1": "d h", "W2": "h k"}),
    ],
)
def test_places_and_axes_are_told_by_the_products_alone(text: str, axes: dict[str, str]) -> None:
    """Meaningless names get the right places; the side of the first product in the second tells the layout."""
    one = found(text)
    assert one.places == {"X": "u", "W1": "p", "b1": "q", "W2": "r", "b2": "s"}
    assert one.axes == axes


def test_products_are_followed_into_functions_and_methods() -> None:
    """A forward pass in methods is found where they are called, by the object's own names."""
    text = (
        "class Net:\n"
        "    def run(self, x):\n"
        "        self.a = f(x @ self.w)\n"
        "        return f(self.a @ self.v)\n"
        "out = net.run(data)\n"
    )
    assert found(text).places == {"X": "data", "W1": "net.w", "W2": "net.v"}


def test_a_target_taken_from_a_product_is_no_bias() -> None:
    """`h @ r - t` compares a linear output with its target."""
    one = found("h = act(u @ p)\ne = h @ r - t")
    assert "b2" not in one.places
    assert one.targets == ["t"]


def test_one_product_is_no_network() -> None:
    """A single product, or products that don't follow each other, are not taken for two layers."""
    assert not found("o = act(u @ p + q)").whole
    assert not found("a = u @ p\nb = v @ r").whole
    assert not found("h = act(u * p + q)\no = act(h * r + s)").whole  # elementwise: there is no np.matrix
    assert not found("h = act(es('nd,nd->nd', u, p))\no = es('nd,nd->nd', h, r)").whole


def test_rows_of_a_loop_are_rows_of_what_it_goes_through() -> None:
    """A loop over examples names the arrays that the examples are of, and says that it takes them one by one."""
    one = found("for x, y in zip(data, labels):\n    o = act(act(x @ p) @ r)\n    e = o - y\n")
    assert (one.places["X"], one.targets, one.indexed) == ("data", ["labels"], True)


def test_reading_runs_nothing() -> None:
    """Only the tree is read: a file that would end the process is."""
    read = facts.read("raise SystemExit\n")
    assert isinstance(read.tree, ast.Module)
