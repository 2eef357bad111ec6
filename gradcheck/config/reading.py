"""From a TOML file to an `Assignment`; every complaint names the file, the line and what to do."""

from __future__ import annotations

import difflib
import re
import textwrap
import tomllib
from pathlib import Path
from typing import Any, Never

from gradcheck.config import code
from gradcheck.config.schema import PARAMETER_ARRAYS, SCHEMA, Key, Table
from gradcheck.config.values import LAYOUTS, Assignment, Contract, ProbeSettings, ScriptContract, Sizes
from gradcheck.errors import ConfigError
from gradcheck.network.forward import Network, Scale

LARGEST = 2_500_000
"""Numbers in inputs, layers and weights together: what a submission can be handed for five probes at once."""

_EXAMPLES = 16  # as many as a probe has where the configuration doesn't say
_VARIED = 9  # features, hidden units or outputs that probes have of themselves
_LETTERS = {"X": "nd", "Y": "nk", "W1": "dh", "b1": "h", "W2": "hk", "b2": "k"}
_BEYOND = 1e100  # no gradient comes of such numbers, nor of products of them
_LONGEST = 60
_NAMES = {int: "a whole number", float: "a number", str: "a string", bool: "true or false", list: "a list"}


def read(path: str) -> Assignment:
    """
    Read and check a configuration.

    Parameters
    ----------
    path : str

    Returns
    -------
    Assignment

    Raises
    ------
    ConfigError
        If the file can't be read, a key is unknown, missing, of the wrong type or contradicts another.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(f"configuration `{path}` can't be read: {reason}") from None
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # a number of thousands of digits is one, too
        raise ConfigError(f"configuration `{path}` is not valid TOML: {error}") from None
    return _Reader(path, text).assignment(document)


def from_document(document: dict[str, Any], path: str) -> Assignment:
    """
    Check a configuration that is a dictionary already, as `tomllib` gives it; `path` is what complaints call it.

    Raises
    ------
    ConfigError
        As `read`.
    """
    return _Reader(path, "").assignment(document)


class _Reader:
    """One file being read: knows where each key stands, for messages."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = key_lines(text)

    def fail(self, key: str, found: str, expected: str, hint: str = "") -> Never:
        """Complain about one key."""
        line = self.lines.get(key)
        place = f"{self.path}:{line}" if line else self.path
        raise ConfigError(f"{place}: `{key}`", found, expected, hint)

    def assignment(self, document: dict[str, Any]) -> Assignment:
        self.check(document, SCHEMA, "")
        network = document.get("network")
        if network is None:
            self.fail("network", "no such table", "[network] with features, hidden and outputs")
        submission = document.get("submission")
        if submission is not None:
            parameters = self.network(network).parameters
            contract = self.contract(submission, parameters)
        self.check_sizes(network, document.get("probes", {}).get("examples", "any"))
        return Assignment(
            path=self.path,
            network=self.network(network),
            any_loss=network.get("loss") == "any",
            sizes=Sizes(d=network["features"], h=network["hidden"], k=network["outputs"]),
            probes=self.probes(document.get("probes", {})),
            data=self.data(document.get("data", {})),
            contract=contract if submission is not None else None,
        )

    def check(self, found: dict[str, Any], table: Table, prefix: str) -> None:
        """Hold a table of the file against the schema."""
        for name, value in found.items():
            key = f"{prefix}{name}"
            node = table.keys.get(name, table.free)
            if node is None:
                near = difflib.get_close_matches(name, table.keys, n=1, cutoff=0.5)
                hint = f"did you mean `{near[0]}`?" if near else "remove it"
                self.fail(key, "no meaning here", " or ".join(table.keys), hint)
            if isinstance(node, Table):
                if not isinstance(value, dict):
                    self.fail(key, f"the value {value!r}", "a table")
                self.check(value, node, f"{key}.")
            else:
                self.check_value(key, value, node)
        for name, node in table.keys.items():
            if isinstance(node, Key) and node.required and name not in found:
                self.fail(f"{prefix}{name}", "no value", _NAMES[node.types[0]], node.help)

    def check_value(self, key: str, value: Any, node: Key) -> None:
        """Hold one value against its key's types, choices and minimum."""
        if not isinstance(value, node.types) or (isinstance(value, bool) and bool not in node.types):
            self.fail(key, f"the value {value!r}", " or ".join(_NAMES[kind] for kind in node.types))
        if node.choices:
            for element in value if isinstance(value, list) else [value]:
                if not any(element is choice or element == choice for choice in node.choices):
                    options = ", ".join(_plain(choice) for choice in node.choices)
                    near = difflib.get_close_matches(str(element), map(str, node.choices), n=1, cutoff=0.5)
                    hint = f"did you mean {near[0]!r}?" if near else ""
                    self.fail(key, f"the value {element!r}", f"one of {options}", hint)
        # TOML has nan, inf and digits without end
        if isinstance(value, int | float) and not abs(value) <= _BEYOND:
            self.fail(key, f"the value {_short(value)}", f"a finite number, of {_BEYOND:.0e} or less")
        if node.minimum is not None and isinstance(value, int | float) and value < node.minimum:
            self.fail(key, f"the value {value}", f"{node.minimum} or more")

    def check_sizes(self, network: dict[str, Any], examples: int | str) -> None:
        """Refuse sizes of which no machine can hold what is computed, and name the largest."""
        n = examples if isinstance(examples, int) else _EXAMPLES
        d, h, k = (network[name] for name in ("features", "hidden", "outputs"))
        numbers = n * sum(max(size, _VARIED) for size in (d, h, k)) + h * (d + k)
        if numbers > LARGEST:
            sizes = {"probes.examples": n, "network.features": d, "network.hidden": h, "network.outputs": k}
            key = max(sizes, key=sizes.__getitem__)
            found = f"the value {sizes[key]}, with which inputs, layers and weights come to {numbers} numbers"
            self.fail(key, found, f"{LARGEST} or fewer in all", "mistakes show on small problems, too")

    def network(self, table: dict[str, Any]) -> Network:
        biases = table.get("biases", True)
        loss = table.get("loss", "squared-error")
        output = table.get("output_activation", "sigmoid")
        if "entropy" in loss and output not in ("sigmoid", "softmax"):
            self.fail(
                "network.loss", f"the value {loss!r}", "squared-error", f"{output} outputs aren't probabilities"
            )
        return Network(
            hidden_activation=table.get("hidden_activation", "sigmoid"),
            output_activation=output,
            loss="squared-error" if loss == "any" else loss,
            loss_scale=self.scale("network.loss_scale", table.get("loss_scale", "1/2")),
            weight_decay=float(table.get("weight_decay", 0.0)),
            weight_decay_scale=self.scale("network.weight_decay_scale", table.get("weight_decay_scale", "1")),
            hidden_bias=biases in (True, "hidden"),
            output_bias=biases in (True, "output"),
        )

    def scale(self, key: str, value: str | float) -> Scale:
        try:
            scale = Scale.parse(str(value))
            if not 1 / _BEYOND <= scale.coefficient <= _BEYOND:
                raise ValueError
            return scale
        except (ValueError, ZeroDivisionError):
            self.fail(key, f"the value {_short(value)}", "a factor such as 1, 1/2, 1/n, 2/n, 1/(2 n) or 1/(2 n k)")

    def probes(self, table: dict[str, Any]) -> ProbeSettings:
        sizes, examples = table.get("sizes", "any"), table.get("examples", "any")
        if isinstance(examples, str) and examples != "any":
            self.fail("probes.examples", f"the value {examples!r}", '"any" or a number')
        named = {"any": [], "configured": ["d", "h", "k"]}.get(sizes) if isinstance(sizes, str) else sizes
        return ProbeSettings(
            seed=table.get("seed", 0),
            keep=frozenset([sizes] if named is None else named),
            examples=None if examples == "any" else examples,
            targets=table.get("targets", "auto"),
        )

    def data(self, table: dict[str, Any]) -> tuple[str, ...]:
        files = table.get("file", [])
        folder = Path(self.path).parent
        return tuple(str((folder / name).resolve()) for name in ([files] if isinstance(files, str) else files))

    def contract(self, table: dict[str, Any], parameters: tuple[str, ...]) -> Contract:
        axes = dict(LAYOUTS[table.get("layout", "rows")])
        for name, text in table.get("axes", {}).items():
            self.check_axes(f"submission.axes.{name}", text, _LETTERS[name], labels=name == "Y")
            axes[name] = " ".join(text.split())
        gradients = table.get("gradients", {})
        for name in PARAMETER_ARRAYS:
            if name.lower() in parameters and name not in gradients:
                expected = "an expression such as \"grads['dW1']\""
                self.fail(f"submission.gradients.{name}", "no value", expected, "or set network.biases")
        script = table.get("script")
        if script is None and "run" not in table:
            self.fail("submission.run", "no value", "Python that calls the submission, or [submission.script]")
        fields = ("file", "load", "run", "output", "loss")
        contract = Contract(
            axes=axes,
            gradients={name: gradients[name] for name in PARAMETER_ARRAYS if name.lower() in parameters},
            script=None if script is None else ScriptContract(**{**script, **_dedented(script, "before")}),
            lines=self.lines,
            **{name: table[name] for name in fields if name in table} | _dedented(table, "run"),
        )
        self.check_code(contract)
        return contract

    def check_code(self, contract: Contract) -> None:
        """Hold the contract's own code to be Python: a slip there is the author's, and no submission's."""
        for wrong in code.complaints(contract):
            line = self.lines.get(wrong.key)
            if line and wrong.line and "\n" in wrong.text:
                line += wrong.line
            place = f"{self.path}:{line}" if line else self.path
            raise ConfigError(f"{place}: `{wrong.key}` {wrong.message}")

    def check_axes(self, key: str, text: str, letters: str, labels: bool) -> None:
        """Hold an axes notation against the letters its array may have."""
        if labels and text.strip() == "labels":
            return
        tokens = text.split()
        named = [token for token in tokens if token != "1"]
        if len(named) != len(set(named)) or not set(named) <= set(letters):
            expected = f"some of the axes {' '.join(letters)} and 1, separated by spaces"
            self.fail(key, f"the value {text!r}", expected + (', or "labels"' if labels else ""))


def _dedented(table: dict[str, Any], key: str) -> dict[str, str]:
    """Statements as they are meant, where they are indented to look well in the file."""
    return {key: textwrap.dedent(table[key])} if key in table else {}


def _short(value: object) -> str:
    """Write a value, cut where it gets long."""
    try:
        text = repr(value)
    except ValueError:  # a hexadecimal number of more decimal digits than Python writes
        text = f"{value:#x}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _plain(choice: object) -> str:
    """Write a choice as TOML does, strings without their quotes."""
    return str(choice).lower() if isinstance(choice, bool) else str(choice)


def key_lines(text: str) -> dict[str, int]:
    """Find the line of every key by its dotted name; a key it misses only costs a message its line."""
    lines: dict[str, int] = {}
    table, closing = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        key = re.match(r"\s*([\w.'\"\[\]-]+?)\s*=\s*(.*)", line)
        if header:
            table = header[1].strip() + "."
            lines.setdefault(header[1].strip(), number)
        elif key:
            name = table + key[1].strip("'\"")
            lines.setdefault(name, number)
            for inner in re.finditer(r"(\w+)\s*=", key[2] if key[2].startswith("{") else ""):
                lines.setdefault(f"{name}.{inner[1]}", number)
            quotes = re.match(r'"""|\'\'\'', key[2])
            if quotes and quotes[0] not in key[2][3:]:
                closing = quotes[0]
    return lines
