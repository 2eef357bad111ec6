"""
The keys of a configuration, in one table: what is read, what is checked and what editors complete.

The reader checks a file against it, the shipped JSON Schema is made from it, and neither has a list of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck.config.values import ARRAYS, LAYOUTS
from gradcheck.network.forward import ACTIVATIONS, LOSSES

PARAMETER_ARRAYS = ("W1", "b1", "W2", "b2")


@dataclass(frozen=True)
class Key:
    """
    One key: the types TOML may give it, the values allowed, a default and a sentence for people.

    Attributes
    ----------
    types : tuple of type
    help : str
    default : object
    choices : tuple
        Allowed values; for an array or a string of several, allowed elements. Empty: any.
    minimum : int or None
    required : bool
    """

    types: tuple[type, ...]
    help: str
    default: Any = None
    choices: tuple[Any, ...] = ()
    minimum: int | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the file: its keys and sub-tables; `free` tables take any key, of that one form."""

    help: str
    keys: Mapping[str, Key | Table]
    free: Key | None = None


HIDDEN_ACTIVATIONS = tuple(name for name in ACTIVATIONS if name != "softmax")

SCHEMA = Table(
    "A gradcheck configuration.",
    {
        "network": Table(
            "The two-layer network.",
            {
                "features": Key((int,), "Number of features d.", minimum=1, required=True),
                "hidden": Key((int,), "Number of hidden units h.", minimum=1, required=True),
                "outputs": Key((int,), "Number of outputs k.", minimum=1, required=True),
                "hidden_activation": Key((str,), "Activation of the hidden layer.", "sigmoid", HIDDEN_ACTIVATIONS),
                "output_activation": Key((str,), "Activation of the output.", "sigmoid", tuple(ACTIVATIONS)),
                "loss": Key((str,), "Loss of one output.", "squared-error", (*LOSSES, "any")),
                "loss_scale": Key((str, int, float), "Multiplies the summed loss: 1, 1/2, 1/n, 1/(2 n k).", "1/2"),
                "weight_decay": Key((int, float), "Adds weight_decay/2 · (ΣW1² + ΣW2²).", 0.0, minimum=0),
                "weight_decay_scale": Key((str, int, float), "Multiplies the weight-decay term: 1 or 1/n.", "1"),
                "biases": Key((bool, str), "Which layers have a bias.", True, (True, False, "hidden", "output")),
            },
        ),
        "probes": Table(
            "The problems on which gradients are compared.",
            {
                "seed": Key((int,), "Seed of every random value.", 0, minimum=0),
                "sizes": Key(
                    (str, list),
                    "Sizes a submission must work for: any, configured, or the axes that keep [network]'s value.",
                    "any",
                    ("any", "configured", "d", "h", "k"),
                ),
                "examples": Key((int, str), "Number of examples of every probe, or any.", "any", minimum=1),
                "targets": Key((str,), "Kind of targets.", "auto", ("auto", "real", "binary", "one-hot")),
            },
        ),
        "data": Table(
            "Real inputs, targets and parameters in place of random ones.",
            {"file": Key((str, list), "One .npz or .csv file, or several.", required=True)},
        ),
        "submission": Table(
            "What a submission offers and how it is called.",
            {
                "file": Key((str,), "The submission, where the command line names none.", "backprop.py"),
                "load": Key(
                    (str,), "What of the file is run when it is loaded.", "definitions", ("definitions", "all")
                ),
                "layout": Key(
                    (str,), "Preset of the axes: examples in rows or in columns.", "rows", tuple(LAYOUTS)
                ),
                "axes": Table(
                    "Axes of each array, in order: n d h k and 1; Y may be labels.",
                    {name: Key((str,), f"Axes of {name}.") for name in ARRAYS},
                ),
                "run": Key((str,), "Python that calls the submission.", ""),
                "gradients": Table(
                    "Expression for each gradient, evaluated after run.",
                    {name: Key((str,), f"Gradient of {name}.") for name in PARAMETER_ARRAYS},
                ),
                "output": Key((str,), "Expression for the submission's own output a2.", ""),
                "loss": Key((str,), "Expression for the submission's own loss.", ""),
                "script": Table(
                    "Run the file through one pass of its training loop.",
                    {
                        "inject": Table(
                            "Names of the script that hold given values until the loop begins.",
                            {},
                            free=Key((str,), "Expression over X Y W1 b1 W2 b2 n d h k np."),
                        ),
                        "before": Key((str,), "Python run just before the loop.", ""),
                        "loop": Key((int,), "Which loop that assigns to an injected parameter.", 1, minimum=1),
                        "function": Key((str,), "Function that has the loop.", ""),
                    },
                ),
            },
        ),
    },
)

_JSON_TYPES = {int: "integer", float: "number", str: "string", bool: "boolean", list: "array"}


def json_schema(node: Key | Table = SCHEMA) -> dict[str, Any]:
    """Translate the table to JSON Schema, draft 2020-12."""
    if isinstance(node, Key):
        drawn: dict[str, Any] = {"type": [_JSON_TYPES[kind] for kind in node.types], "description": node.help}
        if node.choices and list in node.types:
            one = {"enum": list(node.choices)}
            drawn["anyOf"] = [one, {"type": "array", "items": one}]
        elif node.choices:
            drawn["enum"] = list(node.choices)
        if node.minimum is not None:
            drawn["minimum"] = node.minimum
        if node.default is not None:
            drawn["default"] = node.default
        return drawn
    drawn = {
        "type": "object",
        "description": node.help,
        "properties": {name: json_schema(child) for name, child in node.keys.items()},
        "additionalProperties": json_schema(node.free) if node.free else False,
    }
    required = [name for name, child in node.keys.items() if isinstance(child, Key) and child.required]
    if required:
        drawn["required"] = required
    if node is SCHEMA:
        drawn = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gradcheck", **drawn}
        drawn["required"] = ["network"]
    return drawn


def main() -> None:
    """Write the shipped JSON Schema anew."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    Path(__file__).with_name("schema.json").write_text(text, encoding="utf-8")
