"""Heat maps."""

import numpy as np
import samples

from gradcheck.reports.heat import LEVELS, heat_map


def test_each_entry_is_a_cell_where_there_is_room() -> None:
    """Signs and levels follow the errors; what is within tolerance has level 0."""
    heat = heat_map(samples.wrong("W1", np.array([[0.4, -0.1, 1e-12], [0.0, -0.2, 0.3]])), 10, 10)
    assert heat is not None
    assert [[(cell.sign, cell.level) for cell in row] for row in heat.rows] == [
        [("+", 4), ("-", 1), (" ", 0)],
        [(" ", 0), ("-", 2), ("+", 3)],
    ]
    assert heat.block == (1, 1)


def test_big_matrices_are_summarised_by_their_worst() -> None:
    """A block shows its worst entry with its sign, and no cell goes missing at the edges."""
    errors = np.zeros((101, 57))
    errors[100, 56] = -1.0
    heat = heat_map(samples.wrong("W1", errors), 10, 8)
    assert heat is not None
    assert len(heat.rows) <= 10
    assert all(len(row) <= 8 for row in heat.rows)
    assert [cell.level for row in heat.rows for cell in row].count(0) == sum(map(len, heat.rows)) - 1
    assert (heat.rows[-1][-1].sign, heat.rows[-1][-1].level) == ("-", LEVELS)


def test_no_number_is_the_worst() -> None:
    """Nan and infinities stand out and don't hide the size of the others."""
    heat = heat_map(samples.wrong("b1", np.array([np.nan, 0.5, -np.inf])), 4, 4)
    assert heat is not None
    assert [cell.sign for cell in heat.rows[0]] == ["!", "+", "!"]
    assert heat.largest == 0.5


def test_complex_errors_show_their_size() -> None:
    """A complex error has no sign to show; its modulus is drawn."""
    heat = heat_map(samples.replaced(samples.wrong("c", np.ones(2)), errors=np.array([3j, -4.0])), 4, 4)
    assert heat is not None
    assert [(cell.sign, cell.level) for cell in heat.rows[0]] == [("+", 3), ("+", 4)]


def test_nothing_to_draw() -> None:
    """Without errors, or with a single number, there is no map."""
    assert heat_map(samples.wrong("c", np.array([0.5])), 4, 4) is None
    assert heat_map(samples.unexplained()["b1"], 4, 4) is None
