"""What stands in the cells of a table, as text, before anybody knows how wide it may be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from tui_transformer.figure import Bar, Cell, Column, Style, Table
from tui_transformer.numbers import count, fixed, number, probability
from tui_transformer.render.compact import cells, plain

Kind = Literal["text", "number", "bar"]

LEAST_BAR = 6  # a bar says nothing in fewer cells
MEASURED = 128  # longer tables take their widths from so many rows
_NUMERIC = (int, float, np.integer, np.floating)
_POINT = re.compile(r"[.e]")


@dataclass(frozen=True)
class Measure:
    """How much room a column needs: `left` and `right` of the decimal point, and `change`
    for what differs from before; `width` is all of it, with the title."""

    kind: Kind
    title: str
    left: int = 0
    right: int = 0
    change: int = 0
    width: int = 0
    bare: int = 0  # the width without what differs

    @property
    def block(self) -> int:
        """The width of its numbers alone."""
        return self.left + self.right + (self.change and self.change + 1)


def is_number(content: object) -> bool:
    """Say whether a cell's content is a number; yes and no are not."""
    return isinstance(content, _NUMERIC) and not isinstance(content, bool)


def written(cell: Cell) -> str:
    """Write what is in a cell, on one line and safe to show."""
    x = cell.content
    if x is None or isinstance(x, Bar):
        return "–" if x is None else ""
    if not is_number(x):
        return plain(("no", "yes")[bool(x)] if isinstance(x, bool | np.bool_) else str(x))
    if isinstance(x, int | np.integer):
        return _whole(int(x))
    return _amount(float(x), cell.style, min(max(cell.decimals, 0), 17))


def _whole(x: int) -> str:
    return count(x) if abs(x) < 10**18 else number(_float(x))


def _float(x: float) -> float:
    """Turn any number into a float; whole numbers beyond all floats become infinite."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


@lru_cache(maxsize=4096)
def _amount(x: float, style: Style, decimals: int) -> str:
    """Write a number in the style of a cell."""
    if style == "integer" and math.isfinite(x) and x == int(x):
        return _whole(int(x))
    if style == "probability" and 0 <= x <= 1:
        return probability(x, decimals)
    return fixed(x, decimals) if style in ("number", "probability") else number(x)


def change(cell: Cell) -> str:
    """Write by how much a number differs from before; nothing where it does not."""
    if cell.before is None or not is_number(cell.content):
        return ""
    now, before = _float(cell.content), _float(cell.before)  # type: ignore[arg-type]
    if math.isclose(now, before, rel_tol=1e-12) or (now != now and before != before):
        return ""
    difference = now - before
    if not math.isfinite(difference):
        return f"was {number(before, 3)}"
    size = abs(difference)
    whole = now == int(now) and before == int(before) and size < 1e7
    return ("▲" if difference > 0 else "▼") + (count(int(size)) if whole else number(size, 3))


def halves(text: str) -> tuple[str, str]:
    """Split a number where the next should have its own: at the point."""
    point = _POINT.search(text)
    return (text[: point.start()], text[point.start() :]) if point else (text, "")


def measures(panel: Table, start: int, rows: int) -> tuple[Measure, ...]:
    """Measure all columns of a table; of a very long one the first rows and the visible."""
    if len(panel.rows) <= MEASURED:
        return _measures(panel, 0, 0)
    return _measures(panel, start, rows)


@lru_cache(maxsize=64)
def _measures(panel: Table, start: int, rows: int) -> tuple[Measure, ...]:
    looked_at = panel.rows[:MEASURED] + panel.rows[start : start + rows]
    count = max([len(panel.columns), *map(len, looked_at)])
    columns = (*panel.columns, *[Column("")] * (count - len(panel.columns)))
    return tuple(
        _measure(column, [row[i] for row in looked_at if i < len(row)])
        for i, column in enumerate(columns)
    )


def _measure(column: Column, found: list[Cell]) -> Measure:
    title = plain(column.title)
    numbers = [cell for cell in found if is_number(cell.content)]
    words = [cell for cell in found if not is_number(cell.content)]
    if column.bar or any(isinstance(cell.content, Bar) for cell in words):
        kind: Kind = "bar"
    else:
        kind = "number" if numbers else "text"
    parts = [halves(written(cell)) for cell in numbers]
    left = max((len(a) for a, _ in parts), default=0)
    right = max((len(b) for _, b in parts), default=0)
    text = max((cells(written(cell)) for cell in words), default=0)
    changes = max((len(change(cell)) for cell in numbers), default=0)
    least = LEAST_BAR if kind == "bar" else 1
    bare = max(cells(title), left + right, text, least)
    width = max(bare, left + right + (changes and changes + 1))
    return Measure(kind, title, left, right, changes, width, bare)
