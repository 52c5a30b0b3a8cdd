"""What stands in the cells of a table, as text, before anybody knows how wide it may be."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import lru_cache
from typing import Literal, Self

import numpy as np

from tui_transformer.numbers import count, fixed, number, probability
from tui_transformer.panels import Table
from tui_transformer.pieces import NEW, Bar, Cell, Column, Style, is_number
from tui_transformer.records import dataclass
from tui_transformer.render.compact import plain
from tui_transformer.render.fit import cells

Kind = Literal["text", "number", "bar"]

LEAST_BAR = 6  # a bar says nothing in fewer cells
MEASURED = 128  # longer tables take their widths from so many rows
CHANGE = 7  # what differs from before takes so many cells, whatever it is
_ROUNDED = 3  # decimals that are left where room is needed for what differs
_WORD = 11  # a column of words is usually so wide
_ALL = 17  # decimals that no number has more of


@dataclass(frozen=True)
class Level:
    """How much of what differs is shown: decimals of the numbers, and how many columns of
    them, from the left, have room for their differences; in the others stand signs."""

    decimals: int = _ALL
    columns: int = 0


BARE = Level()
LEVELS = (Level(_ALL, 99), Level(_ROUNDED, 99), Level(_ROUNDED, 1))  # as long as they fit


@dataclass(frozen=True)
class Measure:
    """How much room a column needs: `left` and `right` of the decimal point, and `change`
    for what differs from before; `width` is all of it, with the title, and `content` without.
    It is `compared` if it has numbers that are.
    `texts` are what is written in it, by row, each with how much of it stands before the point and
    how many cells it takes."""

    kind: Kind
    title: str
    left: int = 0
    right: int = 0
    change: int = 0
    width: int = 0
    content: int = 0
    short: str = ""
    decimals: int = _ALL
    rank: int = 1
    texts: Mapping[int, tuple[str, int, int]] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    compared: bool = False

    @property
    def block(self) -> int:
        """The width of its numbers alone."""
        return self.left + self.right + (self.change and self.change + 1)

    @property
    def shorter(self) -> Self:
        """The same column under its shorter title."""
        return replace(self, title=self.short, width=max(self.content, cells(self.short)))

    @property
    def usual(self) -> int:
        """The width it has in most states, whatever the numbers of this one."""
        wide = {"text": _WORD, "bar": LEAST_BAR, "number": self.change and self.change + 1}
        numbers = (_usual(cell, self.decimals) for cell in self.cells if is_number(cell.content))
        most = max(numbers, default=0) if self.kind == "number" else 0
        return max(wide[self.kind] + most, min(cells(self.title), _WORD))


def written(cell: Cell, decimals: int = _ALL) -> str:
    """Write what is in a cell, on one line and safe to show, with at most so many decimals."""
    x = cell.content
    if type(x) is float:  # most are
        return _amount(x, cell.style, min(max(cell.decimals, 0), decimals))
    if x is None or isinstance(x, Bar):
        return "–" if x is None else ""
    if not is_number(x):
        return plain(("no", "yes")[bool(x)] if isinstance(x, bool | np.bool_) else str(x))
    if isinstance(x, int | np.integer):
        return _whole(int(x))
    return _amount(float(x), cell.style, min(max(cell.decimals, 0), decimals))


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


def change(cell: Cell, room: int = CHANGE) -> str:
    """Write into so many cells how a cell differs from before; nothing where it does not.

    Numbers get fewer digits where there is less room, and where there is none, a sign.
    """
    now, before = cell.content, cell.before
    if before is None or isinstance(now, Bar) or not cell.changed:
        return ""
    if before is NEW:
        return _first(room, "new", "+")
    if is_number(now) and is_number(before):
        difference = _difference(now, before)  # type: ignore[arg-type]
        if math.isfinite(difference):
            sign, size = "▲" if difference > 0 else "▼", abs(difference)
            return _first(room, *(sign + text for text in _sizes(size)), sign)
    was = replace(cell, content=before)
    texts = [f"was {written(was, decimals)}" for decimals in (3, 2, 1)]
    return _first(room, *texts, "differs", "≠")


def _first(room: int, *texts: str) -> str:
    """Choose the first text that fits."""
    return next((text for text in texts if len(text) <= room), "")


def _difference(now: float, before: float) -> float:
    """Subtract two numbers: whole ones exactly."""
    if isinstance(now, int | np.integer) and isinstance(before, int | np.integer):
        return int(now) - int(before)
    return _float(now) - _float(before)


def _sizes(size: float) -> Iterator[str]:
    """Write by how much numbers differ, with fewer and fewer digits."""
    if size == int(size) and size < 1e15:
        yield count(int(size))
    if 1000 <= size < 1e9:
        yield f"{size:.0f}"
    yield from (number(_float(size), digits) for digits in (3, 2, 1))


def measures(panel: Table, start: int, rows: int, level: Level = BARE) -> tuple[Measure, ...]:
    """Measure all columns of a table; of a very long one the first rows and the visible."""
    if len(panel.rows) <= MEASURED:
        return _measures(panel, 0, 0, level)
    return _measures(panel, start, rows, level)


@lru_cache(maxsize=24)
def _measures(panel: Table, start: int, rows: int, level: Level) -> tuple[Measure, ...]:
    looked_at = dict(enumerate(panel.rows[:MEASURED]))
    if rows:
        looked_at |= enumerate(panel.rows[start : start + rows], start)
    count = max([len(panel.columns), *map(len, looked_at.values())])
    columns = (*panel.columns, *[Column("")] * (count - len(panel.columns)))
    measured: list[Measure] = []
    for i, column in enumerate(columns):
        told = sum(measure.change > 0 for measure in measured) < level.columns
        found = {at: row[i] for at, row in looked_at.items() if i < len(row)}
        measured.append(_measure(column, found, level.decimals, told))
    return tuple(measured)


def _measure(column: Column, found: dict[int, Cell], decimals: int, told: bool) -> Measure:
    title, texts = plain(column.title), {}
    kind: Kind = "bar" if column.bar else "text"
    left = right = widest = 0
    for at, cell in found.items():
        if isinstance(cell.content, Bar):
            kind, texts[at] = "bar", ("", 0, 0)
            continue
        text = written(cell, decimals)
        before, wide = 0, cells(text)
        if is_number(cell.content):
            before = text.find(".")
            if before < 0:
                before = text.find("e") if "e" in text else wide
            left, right = max(left, before), max(right, wide - before)
            kind = "number" if kind == "text" else kind
        else:
            widest = max(widest, wide)
        texts[at] = text, before, wide
    cells_found = tuple(found.values())
    compared = kind == "number" and any(map(_compared, cells_found))
    change = CHANGE if told and compared else 0
    least = max(widest, LEAST_BAR if kind == "bar" else 1)
    content = max(least, left + right + (change and change + 1))
    return Measure(
        kind,
        title,
        left,
        right,
        change,
        max(cells(title), content),
        content,
        plain(column.short) or title,
        decimals,
        column.rank,
        texts,
        cells_found,
        compared,
    )


def _compared(cell: Cell) -> bool:
    """Say whether a cell is compared; a number that names its row is not."""
    return cell.before is not None and cell.key != str(cell.content)


def _usual(cell: Cell, decimals: int) -> int:
    """Say how wide a number like this is in most states: three digits before the point."""
    both = [x for x in (cell.content, cell.before) if is_number(x)]
    if cell.style == "integer" or all(isinstance(x, int | np.integer) for x in both):
        return next((wide for wide in (3, 7, 11) if len(written(cell)) <= wide), 15)
    return 4 + min(max(cell.decimals, 0), decimals)
