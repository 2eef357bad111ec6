"""What decides and has no value that tells: found wherever it stands, and nothing else is."""

from __future__ import annotations

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.repair.deciding import deciding, is_condition

TEXT = """\
def step(rows, table, backs, total):
    while len(table) > 3:
        table.pop(0)
    for row in rows[1:]:
        total -= 1
        total += row
    mask = (row > 0) * 2
    row[row < 0] = 5
    return mask @ total
"""


def parts() -> dict[str, set[str]]:
    """The parts by the expression that they are in."""
    program = Program(TEXT)
    return {
        program.segment(program.expression(root)): {TEXT[start:end] for start, end in places}
        for root, places in deciding(program).items()
    }


def test_what_decides_is_found() -> None:
    """Conditions and headers whole, masks, comparisons, numbers that are added, calls for their effect."""
    found = parts()
    assert {"len(table) > 3", "3"} <= found["len(table) > 3"]
    assert {"rows[1:]", "1:"} <= found["rows[1:]"]
    assert "0" in found["row < 0"]
    assert found["1"] == {"1"}
    assert found["table.pop(0)"] == {"table.pop(0)", "0"}
    assert found["(row > 0) * 2"] == {"(row > 0)", "row", "0"}


def test_what_has_a_value_is_left_to_it() -> None:
    """Sums, products and what is returned are told by what they come to."""
    found = parts()
    assert "mask @ total" not in found
    assert "row" not in found
    assert "5" not in found


def test_a_condition_is_no_value_of_the_pass() -> None:
    """Of a loop's test and of a mask that items are assigned by; not of what is assigned."""
    program = Program(TEXT)
    conditions = {
        program.segment(program.expression(root)) for root in program.roots if is_condition(program, root)
    }
    assert conditions == {"len(table) > 3", "row < 0"}
