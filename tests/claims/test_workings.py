"""A working says what was computed: worked out, it gives the number that stands in its cell."""

import math
from collections.abc import Iterator

import pytest

from tests.claims.book import CLAIMING, claims, shown
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Cell
from tui_transformer.render.table_cells import written
from tui_transformer.terms import Working

MOST, FEW = 16, 4  # numbers of one panel that are worked out, from all over it: in every …
SELDOM = 8  # … so many states more of them


def workings(figure: Figure, most: int) -> Iterator[tuple[str, Working]]:
    """Every number that can be pinned, as it is written, with its working."""
    yield written(Cell(figure.formula.value)), figure.formula
    for i, panel in enumerate(figure.panels):
        cells = list(pinnable(panel))
        for row, column in cells[:: len(cells) // most + 1]:
            working = working_at(figure, Pin(i, row, column))
            if isinstance(panel, Table):
                yield written(panel.rows[row][column]), working
            elif isinstance(panel, Heatmap):
                number = float(panel.values[row, column])
                yield written(Cell(number, panel.style, panel.decimals)), working


@pytest.mark.parametrize("concept", CLAIMING)
def test_a_working_gives_the_digits_of_its_cell(concept: str) -> None:
    for at, state in enumerate(claims(concept).states()):
        for text, working in workings(state.figure, FEW if at % SELDOM else MOST):
            result = float(working.term.value)
            if math.isclose(result, working.value, rel_tol=1e-13):
                continue  # what the last bits of a float may make of 0.9999999999999767
            try:
                shown(text, result)
            except AssertionError as failure:
                failure.add_note(f"{state.link}: {working.symbols} = {working.shown[:200]}")
                raise
