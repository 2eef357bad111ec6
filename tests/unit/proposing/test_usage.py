"""How a file uses what it names."""

import ast

import pytest

from gradcheck.proposing import usage
from gradcheck.proposing.facts import read


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
    assert usage.repeats(read(f"def f(p, q):\n    {loop}\n").functions[0], "p") is so


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("for x, y in zip(X, Y):\n    net.learn(x, y)", True),
        ("for i in range(n):\n    net.learn(X[i], Y[i])", True),
        ("for X_batch, y_batch in batches:\n    net.learn(X_batch, y_batch)", False),
        ("for x, y in get_batches(X, Y, 10):\n    net.learn(x, y)", False),
        ("for i in range(n):\n    net.learn(X, Y)", False),
    ],
)
def test_examples_one_by_one_are_told_from_batches(text: str, so: bool) -> None:
    """Only what is taken from data one after the other is an example."""
    assert usage.one_by_one(read(text)) is so


@pytest.mark.parametrize(
    ("body", "so"),
    [("a, b, c = p", True), ("return p[0]", True), ("return len(p)", True), ("return p + 1", False)],
)
def test_a_sequence_is_told_from_a_number(body: str, so: bool) -> None:
    """What is unpacked, subscripted or measured is given all sizes, anything else one."""
    assert usage.takes_apart(read(f"def f(p):\n    {body}\n").functions[0], "p") is so


def test_constants_that_are_sizes_are_those_of_the_layers() -> None:
    """Three sizes by name are the layers'; any other number of them tells nothing."""
    text = "N_INPUTS = 784\nN_HIDDEN = 16\nN_CLASSES = 10\nSEED = 3\n"
    assert usage.size_constants(read(text)) == ["N_INPUTS", "N_HIDDEN", "N_CLASSES"]
    assert usage.size_constants(read(text + "N_ROUNDS = 5\n")) == ["N_INPUTS", "N_HIDDEN", "N_CLASSES"]
    assert usage.size_constants(read(text + "N_SAMPLES = 5\n")) == []


@pytest.mark.parametrize(
    ("body", "so"), [("return row[:-1]", True), ("return row[1:]", False), ("return other[:-1]", False)]
)
def test_a_row_whose_label_is_left_out_is_told(body: str, so: bool) -> None:
    """A function that leaves out the last entry of a row is to be given one more than the inputs."""
    function = read(f"def update(row, other):\n    {body}\n").functions[0]
    assert usage.drops_last(function, "row") is so


@pytest.mark.parametrize(
    ("loop", "so"),
    [
        ("for x, y in zip(X, Y):\n    learn(x, y)", True),
        ("for i in range(n):\n    learn(X[i], Y[i])", True),
        ("for x, y in batches(X, Y):\n    learn(x, y)", False),
        ("for i in range(0, n, 10):\n    learn(X[i], Y[i])", False),
        ("for some in np.array_split(order, 10):\n    learn(X[some], Y[some])", False),
        ("for xb, yb in data:\n    learn(xb, yb)", False),
        ("for epoch, rate in plan:\n    learn(epoch, rate)", False),
        ("for w, b in layers:\n    learn(w, b)", False),  # parameters, no example
        ("for x, y in zip(X, Y):\n    look_at(x, y)\nlearn(X, Y)", False),  # something else takes them
    ],
)
def test_what_is_called_with_one_example_is_told(loop: str, so: bool) -> None:
    """By the arguments where the file itself calls it."""
    facts = read(f"def learn(x, y):\n    pass\n{loop}\n")
    assert usage.given_one(facts) == ({"learn"} if so else set())
    assert usage.called_in("out = net.run(X)\nresult = learn(X, Y)") == {"run", "learn"}


@pytest.mark.parametrize(
    ("body", "pairs", "sums"),
    [
        ("for x, y in p:\n        a += x\n        b += y\n    return a, b", True, True),
        ("for i, (x, y) in enumerate(p):\n        a += x\n        b += y\n    return a, b", True, True),
        ("for x, y in p:\n        loss += (x - y) ** 2\n    return loss", True, False),
        ("for x, y in p:\n        self.w -= x\n        self.b -= y\n    return self.w, self.b", True, False),
        ("for x, y in p:\n        q -= x\n        b -= y\n    return q, b", True, False),  # its own argument
        ("for x, y in p:\n        self.w[0] -= x\n        a = y\n    return self.w, a", True, False),
        (
            "hits = loss = 0\n    for x, y in p:\n        hits += x\n        loss += y\n    return hits, loss",
            True,
            False,
        ),
        ("w, b = q\n    for x, y in p:\n        w -= x\n        b -= y\n    return w, b", True, False),
        (
            "w, b = q[0].copy(), q[1]\n    for x, y in p:\n        w -= x\n        b -= y\n    return w, b",
            True,
            False,
        ),
        ("w, b = 0 * q, 0 * q\n    for x, y in p:\n        w -= x\n        b -= y\n    return w, b", True, True),
        ("for w, b in p:\n        a += w\n    return a", False, False),
        ("for x in p:\n        a += x\n    return a", False, False),
    ],
)
def test_what_goes_through_a_list_of_examples_is_told(body: str, pairs: bool, sums: bool) -> None:
    """And whether it sums over them, or changes the parameters after each."""
    (function,) = read(f"def f(self, p, q):\n    {body}\n").functions
    loop = usage.over_pairs(function, "p")
    assert (loop is not None) is pairs
    assert (loop is not None and usage.accumulates(function, loop)) is sums


@pytest.mark.parametrize(
    ("name", "text", "so"),
    [
        ("num_examples", "200", True),
        ("m", "len(X)", True),
        ("N", "4", True),
        ("n_hidden", "4", False),
        ("num_examples", "1.5", False),
    ],
)
def test_numbers_of_examples_are_told_by_name_and_value(name: str, text: str, so: bool) -> None:
    """A size of a layer is none."""
    assert usage.is_count(name, text) is so


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("W1 -= lr * dW1\nb1 = b1 - lr * db1", True),
        ("W1 += -lr * dW1", True),
        ("W1 += X.T.dot(d1)\nW2 += dW2\nlr -= decay * lr", False),  # the rate is no parameter
        ("W1 -= lr * dW1\nW2 += lr * dW2", False),
        ("W1 -= lr * -dW1 + 0\nW1 = W1 + dW1", False),
        ("loss -= 1", False),
    ],
)
def test_steps_down_are_told_from_steps_up(text: str, so: bool) -> None:
    """Every step along a parameter counts, however it is written; of other names none does."""
    assert usage.descends(read(text)) is so


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("y = log(a + eps)", {"eps"}),
        ("d[z > self.eps] = 0", {"eps"}),
        ("g = (up - down) / (2 * eps)\nx = x + eps", {"eps"}),
        ("W -= epsilon * dW", set()),
        ("W = W - epsilon / m * dW", set()),
        ("g *= epsilon\nW = W - g + epsilon", set()),
        ("step(W, dW, epsilon)", set()),  # who knows
    ],
)
def test_guards_are_told_from_rates(text: str, names: set[str]) -> None:
    """By what is done with them: a guard is added or compared, and multiplies nothing."""
    assert usage.guards(ast.walk(ast.parse(text))) == names


def test_what_is_counted_to_is_a_size_only_where_no_words_tell() -> None:
    """Three sizes: those that are called so, or else those that functions count up to."""
    loop = "def f(x):\n    for j in range({}):\n        x[j] = j\n"
    spoken = "inputs, hidden_size, outputs, folds = 2, 3, 1, 5\n" + loop.format("folds")
    assert usage.size_constants(read(spoken)) == ["inputs", "hidden_size", "outputs"]
    counted = "P, Q, R = 2, 3, 1\n" + "".join(loop.format(name) for name in "PQR")
    assert usage.size_constants(read(counted)) == ["P", "Q", "R"]
    assert usage.size_constants(read("P, Q, R = 2, 3, 1\n")) == []


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("W2 = np.random.randn(hidden, 1)", True),
        ("W2 = np.random.uniform(-1, 1, size=(1, hidden))", True),
        ("w1, w2 = np.random.rand(2, 2), np.random.rand(2, 1)", True),
        ("W2 = np.random.randn(hidden, k)", False),
        ("b2 = np.zeros((1, 1))", False),
        ("W2 = np.random.uniform(-1, 1)", False),
        ("y = np.zeros((4, 1))", False),
    ],
)
def test_one_output_is_told_by_the_weights_that_are_made_for_it(text: str, so: bool) -> None:
    """Of biases and data one is no sign."""
    assert usage.has_one_output(read(f"import numpy as np\n{text}\n")) is so
