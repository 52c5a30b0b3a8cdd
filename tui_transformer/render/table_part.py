"""A list that is longer than its room: the rows that count most, and the others in one row."""

import math
from dataclasses import replace
from functools import lru_cache

from tui_transformer.panels import Others, Table
from tui_transformer.pieces import Cell
from tui_transformer.records import dataclass

_FOOT = 1  # the line that says of how many rows these are a part
_FEWEST = 2  # rows of the list that stand there before the others get one


@dataclass(frozen=True)
class Part:
    """A table of some rows of another one: `kept` are their places there, None for the row that
    tells the others."""

    panel: Table
    kept: tuple[int | None, ...]


@lru_cache(maxsize=16)
def part(panel: Table, room: int, held: int | None) -> Part | None:
    """Take what counts most of a list that has not so much room, in its own order, and with it the
    row that is lit and the one that is held; None where all of it is shown, or it is no such list.
    """
    others, total = panel.others, len(panel.rows)
    if others is None or total <= room or room <= _FOOT + _FEWEST:
        return None
    told = others.sums is not None and room > _FOOT + _FEWEST + 1
    kept = _most(others, total, room - _FOOT - told, {held, panel.row})
    left = [row for row in range(total) if row not in kept and math.isfinite(others.weights[row])]
    rows: list[tuple[Cell, ...]] = [panel.rows[row] for row in kept]
    places: list[int | None] = [*kept]
    if told:
        at = sum(row < total - _closing(others) for row in kept)
        rows.insert(at, _together(others, left, len(panel.columns)))
        places.insert(at, None)
    lit = places.index(panel.row) if panel.row in kept else None
    return Part(replace(panel, rows=tuple(rows), row=lit, others=None), tuple(places))


def _together(others: Others, places: list[int], columns: int) -> tuple[Cell, ...]:
    """Tell the rows of some places in one: how many they are, and what they come to."""
    sums = others.sums(places) if others.sums else ()
    nothing = Cell("–", "text", role="muted")
    name = Cell(f"{len(places)} others", "text", role="muted")
    cells = (name, *(cell or nothing for cell in sums))
    return cells + (nothing,) * (columns - len(cells))


def listed(panel: Table, kept: tuple[int | None, ...]) -> int:
    """Count the rows of a list that are shown, without those that sum it up."""
    weights = panel.others.weights if panel.others else ()
    return sum(row is not None and math.isfinite(weights[row]) for row in kept)


def _most(others: Others, total: int, count: int, wanted: set[int | None]) -> list[int]:
    """Choose the rows that are wanted, and those that count most: a few of the list at least."""
    weights = [others.weights[row] for row in range(total)]
    always = [row for row, weight in enumerate(weights) if math.isinf(weight)]
    for row in always[count - _FEWEST :]:
        weights[row] = -math.inf
    order = sorted(range(total), key=lambda row: (row not in wanted, -weights[row]))
    return sorted(order[:count])


def _closing(others: Others) -> int:
    """Count the rows at the end that always stand there: they come after the others."""
    ends = (row for row, weight in enumerate(reversed(others.weights)) if math.isfinite(weight))
    return next(ends, 0)
