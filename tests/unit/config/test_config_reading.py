"""From TOML to an assignment: every sentence of the format, and what is said where a file breaks one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradcheck.config import LAYOUTS, Assignment, from_document, read
from gradcheck.config.reading import key_lines
from gradcheck.errors import ConfigError
from gradcheck.network.forward import Scale

NETWORK = "[network]\nfeatures = 4\nhidden = 5\noutputs = 3\n"
SUBMISSION = """
[submission]
run = "g = backward(X, Y, W1, b1, W2, b2)"
[submission.gradients]
W1 = "g[0]"
b1 = "g[1]"
W2 = "g[2]"
b2 = "g[3]"
"""


def _read(tmp_path: Path, text: str) -> Assignment:
    path = tmp_path / "assignment.toml"
    path.write_text(text, encoding="utf-8")
    return read(str(path))


def _complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        _read(tmp_path, text)
    message = str(caught.value)
    assert "assignment.toml" in message
    return message


def test_the_smallest_configuration_has_the_documented_defaults(tmp_path: Path) -> None:
    """Sigmoid layers, squared error times 1/2, no decay, both biases, any sizes and examples, no submission."""
    assignment = _read(tmp_path, NETWORK)
    network = assignment.network
    assert (network.hidden_activation, network.output_activation, network.loss) == (
        "sigmoid",
        "sigmoid",
        "squared-error",
    )
    assert network.loss_scale == Scale(Fraction(1, 2))
    assert (network.weight_decay, str(network.weight_decay_scale)) == (0.0, "1")
    assert network.parameters == ("w1", "b1", "w2", "b2")
    assert vars(assignment.sizes) == {"d": 4, "h": 5, "k": 3}
    assert (assignment.probes.seed, assignment.probes.keep, assignment.probes.examples) == (0, frozenset(), None)
    assert (assignment.probes.targets, assignment.any_loss, assignment.contract) == ("auto", False, None)


@pytest.mark.parametrize(
    "scale", ["1", "1/2", "1/n", "2/n", "1/(2n)", "1/(2 n)", "1/(n k)", "1/(2 n k)", "2/(n*k)"]
)
def test_a_loss_scale_is_a_number_over_a_number_n_and_k(tmp_path: Path, scale: str) -> None:
    """Each documented scale is read, and reads the same when it is written again."""
    read_scale = _read(tmp_path, NETWORK + f'loss_scale = "{scale}"').network.loss_scale
    assert read_scale.per_example == ("n" in scale)
    assert read_scale.per_output == ("k" in scale)
    assert Scale.parse(str(read_scale)) == read_scale


@pytest.mark.parametrize(
    ("biases", "parameters"),
    [
        ("true", ("w1", "b1", "w2", "b2")),
        ("false", ("w1", "w2")),
        ('"hidden"', ("w1", "b1", "w2")),
        ('"output"', ("w1", "w2", "b2")),
    ],
)
def test_biases_say_which_layers_have_one(tmp_path: Path, biases: str, parameters: tuple[str, ...]) -> None:
    """`biases` is true, false or the layer that has one."""
    assert _read(tmp_path, NETWORK + f"biases = {biases}").network.parameters == parameters


def test_a_loss_of_any_kind_is_a_first_guess(tmp_path: Path) -> None:
    """`loss = "any"` is kept as that, beside a network to begin with."""
    assignment = _read(tmp_path, NETWORK + 'loss = "any"')
    assert assignment.any_loss
    assert assignment.network.loss == "squared-error"


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [('"any"', ""), ('"configured"', "dhk"), ('["k"]', "k"), ('["d", "h"]', "dh"), ('"k"', "k")],
)
def test_sizes_keep_some_axes(tmp_path: Path, sizes: str, kept: str) -> None:
    """`sizes` keeps no axis, all three of d h k, or those that are listed."""
    assert _read(tmp_path, NETWORK + f"[probes]\nsizes = {sizes}").probes.keep == frozenset(kept)


def test_examples_are_any_or_a_number(tmp_path: Path) -> None:
    """`examples = 1` is for code that takes one at a time."""
    assert _read(tmp_path, NETWORK + "[probes]\nexamples = 1").probes.examples == 1
    assert _read(tmp_path, NETWORK + '[probes]\nexamples = "any"').probes.examples is None


def test_data_files_are_beside_the_configuration(tmp_path: Path) -> None:
    """A file is found from the configuration's folder, whatever the working directory; several are a list."""
    one = _read(tmp_path, NETWORK + '[data]\nfile = "digits.npz"')
    assert one.data == (str(tmp_path / "digits.npz"),)
    assert len(_read(tmp_path, NETWORK + '[data]\nfile = ["a.csv", "b.npz"]').data) == 2


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_layout_is_a_preset_of_the_axes(tmp_path: Path, layout: str) -> None:
    """Axes come from the layout; single ones are overridden."""
    text = NETWORK + SUBMISSION.replace(
        "[submission]\n", f'[submission]\nlayout = "{layout}"\naxes = {{ b1 = "h" }}\n'
    )
    contract = _read(tmp_path, text).contract
    assert contract
    assert contract.axes == {**LAYOUTS[layout], "b1": "h"}


@pytest.mark.parametrize(
    ("name", "axes"),
    [("W1", "h d"), ("b1", "h"), ("b1", "h 1"), ("Y", "n"), ("Y", "labels"), ("b2", ""), ("X", "d")],
)
def test_axes_are_letters_in_order(tmp_path: Path, name: str, axes: str) -> None:
    """An array's axes are some of its letters and 1, in any order; Y may be labels, a bias a number."""
    text = NETWORK + SUBMISSION.replace("[submission]\n", f'[submission]\naxes = {{ {name} = "{axes}" }}\n')
    contract = _read(tmp_path, text).contract
    assert contract
    assert contract.axes[name] == axes


def test_a_submission_has_documented_defaults(tmp_path: Path) -> None:
    """backprop.py, definitions only, rows, no output, loss or script."""
    contract = _read(tmp_path, NETWORK + SUBMISSION).contract
    assert contract
    assert (contract.file, contract.load, contract.axes) == ("backprop.py", "definitions", LAYOUTS["rows"])
    assert (contract.output, contract.loss, contract.script) == ("", "", None)


def test_gradients_are_asked_for_of_the_biases_there_are_only(tmp_path: Path) -> None:
    """Without biases, only the weights' gradients are needed, and others are left aside."""
    contract = _read(tmp_path, NETWORK + "biases = false\n" + SUBMISSION).contract
    assert contract
    assert set(contract.gradients) == {"W1", "W2"}


def test_a_script_needs_no_run_and_has_its_own_defaults(tmp_path: Path) -> None:
    """A script contract injects any names; its loop is the first, in the file itself."""
    text = NETWORK + SUBMISSION.replace('run = "g = backward(X, Y, W1, b1, W2, b2)"\n', "")
    text += '[submission.script]\ninject = { X = "X", "params[\'W1\']" = "W1" }\n'
    contract = _read(tmp_path, text).contract
    assert contract
    assert contract.script
    assert contract.script.inject == {"X": "X", "params['W1']": "W1"}
    assert (contract.script.loop, contract.script.before, contract.script.function) == (1, "", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[network\n", ["not valid TOML"]),
        ("", ["`network`", "[network] with features, hidden and outputs"]),
        ("[network]\nfeatures = 4\nhidden = 5\n", ["`network.outputs`", "no value"]),
        (NETWORK + "hiden_activation = 'tanh'", [":5", "did you mean `hidden_activation`?"]),
        (NETWORK + "[probe]\nseed = 1", ["`probe`", "did you mean `probes`?"]),
        (NETWORK + "zzz = 1", ["`network.zzz`", "remove it"]),
        (NETWORK.replace("4", '"4"'), [":2", "`network.features`", "a whole number"]),
        (NETWORK.replace("4", "true"), ["`network.features`", "a whole number"]),
        (NETWORK.replace("4", "0"), ["`network.features`", "1 or more"]),
        (NETWORK + 'loss = "squared-eror"', ["did you mean 'squared-error'?"]),
        (NETWORK + 'loss = "cross-entropy"\noutput_activation = "tanh"', ["aren't probabilities"]),
        (NETWORK + 'hidden_activation = "softmax"', ["`network.hidden_activation`", "sigmoid, tanh, relu"]),
        (NETWORK + 'loss_scale = "1/m"', ["`network.loss_scale`", "1/(2 n k)"]),
        (NETWORK + "weight_decay = -1", ["`network.weight_decay`", "0 or more"]),
        (NETWORK + "weight_decay = nan", ["`network.weight_decay`", "the value nan", "a finite number"]),
        (NETWORK + "weight_decay = inf", ["`network.weight_decay`", "the value inf", "a finite number"]),
        (NETWORK + "weight_decay = 1e308", ["`network.weight_decay`", "1e+100 or less"]),
        (NETWORK + f"weight_decay = {10**400}", ["`network.weight_decay`", "00...", "a finite number"]),
        (NETWORK + f"weight_decay = 1{'0' * 5000}", ["not valid TOML"]),
        (NETWORK + "loss_scale = inf", ["`network.loss_scale`", "a finite number"]),
        (NETWORK + "loss_scale = nan", ["`network.loss_scale`", "a finite number"]),
        (NETWORK + f'loss_scale = "{10**400}"', ["`network.loss_scale`", "00...", "1/(2 n k)"]),
        (NETWORK + f'loss_scale = "1/{10**400}"', ["`network.loss_scale`", "1/(2 n k)"]),
        (NETWORK + "weight_decay_scale = -nan", ["`network.weight_decay_scale`", "a finite number"]),
        (NETWORK.replace("4", str(10**400)), ["`network.features`", "a finite number"]),
        (NETWORK + f"[probes]\nseed = {10**400}", ["`probes.seed`", "a finite number"]),
        (NETWORK + 'biases = "both"', ["`network.biases`"]),
        (NETWORK + '[probes]\nexamples = "many"', ["`probes.examples`", '"any" or a number']),
        (NETWORK + '[probes]\nsizes = ["n"]', ["`probes.sizes`"]),
        (NETWORK + "[probes]\nexamples = 100000000", ["`probes.examples`", "2500000 or fewer"]),
        (NETWORK.replace("5", "900000"), ["`network.hidden`", "2500000 or fewer"]),
        (NETWORK.replace("4", "9000").replace("5", "9000"), ["`network.features`", "2500000 or fewer"]),
        (NETWORK + "[probes]\nseed = -1", ["`probes.seed`", "0 or more"]),
        (NETWORK + "probes = 3", ["`network.probes`"]),
        ("probes = 3\n" + NETWORK, ["`probes`", "a table"]),
        (NETWORK + "[data]", ["`data.file`", "no value"]),
        (NETWORK + "[submission]\nrun = 'f()'", ["`submission.gradients.W1`", "no value"]),
        (NETWORK + SUBMISSION.replace("run", "runs"), ["did you mean `run`?"]),
        (NETWORK + SUBMISSION.split("run")[0] + "[submission.gradients]" + SUBMISSION.split("gradients]")[1],
         ["`submission.run`", "[submission.script]"]),
        (NETWORK + SUBMISSION.replace("[submission]\n", '[submission]\naxes = { W1 = "d k" }\n'),
         ["`submission.axes.W1`", "axes d h and 1"]),
        (NETWORK + SUBMISSION.replace("[submission]\n", '[submission]\naxes = { X = "labels" }\n'),
         ["`submission.axes.X`"]),
        (NETWORK + SUBMISSION.replace("[submission]\n", '[submission]\naxes = { X = "n n" }\n'),
         ["`submission.axes.X`"]),
        (NETWORK + SUBMISSION.replace("[submission]\n", '[submission]\nlayout = "cols"\n'),
         ["`submission.layout`"]),
        (NETWORK + SUBMISSION + "W3 = 'g'", ["`submission.gradients.W3`"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_configuration_is_told_by_key(tmp_path: Path, text: str, said: list[str]) -> None:
    """Every complaint names the file, the key, what was expected, and the nearest known name."""
    message = _complaint(tmp_path, text)
    assert [words for words in said if words not in message] == [], message


@pytest.mark.parametrize("scale", ["0", "-1/2", "1/0"])
def test_a_loss_scale_is_above_zero(tmp_path: Path, scale: str) -> None:
    """A loss of nothing, or one to climb, is no loss; nor does a division by zero end in a traceback."""
    assert "`network.loss_scale`" in _complaint(tmp_path, f'{NETWORK}loss_scale = "{scale}"\n')


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text are complaints, not tracebacks."""
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.toml", tmp_path, binary):
        with pytest.raises(ConfigError, match="can't be read"):
            read(str(path))


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    """Editors that write one are no mistake of the author's."""
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + NETWORK.encode())
    assert read(str(path)).sizes.k == 3


def test_a_dictionary_is_checked_like_a_file() -> None:
    """A configuration that is a value already is held against the same table."""
    document = {"network": {"features": 2, "hidden": 3, "outputs": 1}}
    assert from_document(document, "inline").sizes.h == 3
    with pytest.raises(ConfigError, match=r"inline: `network\.hiden`"):
        from_document({"network": {"features": 2, "hiden": 3, "outputs": 1}}, "inline")


def test_keys_are_found_by_line_past_strings_that_look_like_keys() -> None:
    """Lines count through multi-line strings, whose contents are no keys, and into inline tables."""
    text = '[submission]\nrun = """\nloss = f()\n"""\nloss = "x"\naxes = { X = "n d" }\n'
    lines = key_lines(text)
    assert (lines["submission.run"], lines["submission.loss"], lines["submission.axes.X"]) == (2, 5, 6)
