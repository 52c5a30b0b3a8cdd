"""Where the cells of a heatmap go: the one geometry that drawing and mouse share.

A matrix that fits is drawn as large as it fits. Of one that does not, a window of real
cells follows the pinned (or lit) cell, and an overview shows all of it, many numbers to
one dot, as far as that does not mislead. Nothing here looks at colours.
"""

from dataclasses import replace
from typing import Literal

from tui_transformer.panels import Heatmap
from tui_transformer.records import dataclass
from tui_transformer.render.heatmap_names import LONGEST, are_numbers, counted, least_names, longest
from tui_transformer.render.heatmap_pool import way

Head = Literal["none", "across", "down", "numbers"]
Spot = tuple[int | None, int | None]  # a row and a column, where there is one

BESIDE = 36  # from this width on, a window stands beside the overview
_WINDOW = 19  # what a window needs beside an overview
_SLIM = 16  # what it can do with, where every column has its dot then
_TALL = 7  # a column label written downwards takes no more lines than this


@dataclass(frozen=True)
class Grid:
    """Real cells: `rows` × `columns` of the matrix from (`row`, `column`) on.

    Each is `wide` × `tall`; the first starts at (x, y), with `margin` columns for labels
    at its left and `above` lines for labels over it. `numbered` rows show their number
    too; in a `window`, numbers stand where there are no labels. `ahead` rows below these are
    still to come.
    """

    x: int
    y: int
    wide: int
    tall: int
    row: int
    column: int
    rows: int
    columns: int
    margin: int
    above: int
    head: Head
    numbered: bool = False
    window: bool = False
    ahead: int = 0

    def cell(self, column: int, row: int) -> tuple[int, int] | None:
        """Find the matrix cell at a place of the panel."""
        right, down = (column - self.x) // self.wide, (row - self.y) // self.tall
        if 0 <= right < self.columns and 0 <= down < self.rows:
            return self.row + down, self.column + right
        return None


@dataclass(frozen=True)
class Overview:
    """All of the matrix: `wide` columns to a character, `tall` rows to half of one.

    The dots start at (x, y) and take `width` × `height` characters; marks stand one
    column before and one line above them, and numbers of rows before the marks where x leaves
    them room. Each is the strongest of what it stands for, or
    where they are `sampled` the first.
    """

    x: int
    y: int
    width: int
    height: int
    tall: int
    wide: int
    sampled: bool = False


@dataclass(frozen=True)
class Plan:
    """Everything about the places in a panel: `foot` is the line for legend or caption,
    `focus` the row and the column that windows follow."""

    grid: Grid | None = None
    overview: Overview | None = None
    foot: int | None = None
    focus: Spot = (None, None)


def shape(panel: Heatmap) -> tuple[int, int]:
    """Say how many rows and columns a panel has; a plain list of numbers is one row."""
    size = panel.values.shape
    if len(size) == 2:
        return size[0], size[1]
    return (1, panel.values.size) if panel.values.size else (0, 0)


def plan(panel: Heatmap, width: int, height: int, pin: tuple[int, int] | None) -> Plan:
    """Lay a heatmap out in a size."""
    rows, columns = shape(panel)
    if not (rows and columns and width > 0 and height > 0):
        return Plan()
    focus = _focus(panel, rows, columns, pin)
    margin = int(bool(panel.rows) or panel.row is not None)
    head = int(bool(panel.columns) or panel.column is not None)
    roomy = _least(panel) + 2 * columns <= width
    if roomy and head + rows <= height:
        return _whole(panel, width, height, focus)
    if (
        pin is None
        and width < BESIDE
        and margin + columns <= width
        and head * roomy + rows <= height
    ):
        return _whole(panel, width, height, focus)  # in cells without numbers, one column each
    return _parts(panel, width, height, focus, pin is not None)


def _least(panel: Heatmap) -> int:
    """The columns that names of rows and the mark of one take at least."""
    margin = int(bool(panel.rows) or panel.row is not None)
    return margin + least_names(panel.rows, shape(panel)[0])


def _focus(panel: Heatmap, rows: int, columns: int, pin: tuple[int, int] | None) -> Spot:
    """Say which cell is looked at: the pinned one, or where row and column are lit."""
    row, column = pin if pin is not None else (panel.row, panel.column)
    return (
        None if row is None else min(max(row, 0), rows - 1),
        None if column is None else min(max(column, 0), columns - 1),
    )


def lit(panel: Heatmap, pin: tuple[int, int] | None) -> Spot:
    """Say which row and column are marked: the lit ones, otherwise those of the pin."""
    row, column = pin or (None, None)
    return (
        row if panel.row is None else panel.row,
        column if panel.column is None else panel.column,
    )


# ── a matrix that fits ─────────────────────────────────────────────────────────────────


def _whole(panel: Heatmap, width: int, height: int, focus: Spot) -> Plan:
    """Lay out all cells, as large as they fit."""
    rows, columns = shape(panel)
    names, over = longest(panel.rows, rows), longest(panel.columns, columns)
    margin = int(bool(panel.rows) or panel.row is not None)
    ahead = panel.ahead if 1 + rows + panel.ahead <= height else 0
    down = rows + ahead
    fitting = _fitting_cells(panel, width - margin, names)
    narrowest = 2 if _least(panel) + 2 * columns <= width else 1
    wide = min(max(fitting, narrowest), _widest(panel, height, over, down))
    head, above = _head(panel, wide, over, height - down)
    if wide == 1 and height - down < above + (not over):
        head, above = "none", 0  # the only line is for the scale: there are no numbers
    same = panel.rows == panel.columns and not are_numbers(panel.rows)
    numbered = head == "numbers" and same
    wanted = names + (len(str(rows - 1)) + 1 if numbered else 0)
    named = min(wanted, width - margin - wide * columns)
    named = 0 if wide == 1 and named < min(wanted, 2) else named
    square = 2 * wide if 2 * down <= columns else (wide + 1) // 2  # a long matrix may be tall
    tall = min((height - above) // down, max(square, 2))
    spare = height - above - down * tall
    foot = above + down * tall + (spare > 1) if spare else None
    grid = Grid(
        margin + named,
        above,
        wide,
        tall,
        0,
        0,
        rows,
        columns,
        margin + named,
        above,
        head,
        numbered and named == wanted,
        ahead=ahead,
    )
    return Plan(grid, None, foot, focus)


def _fitting_cells(panel: Heatmap, width: int, names: int) -> int:
    """Say how wide cells can be: names are whole where numbers still fit, and keep six letters
    or four where that is what numbers need."""
    rows, columns = shape(panel)
    whole = counted(panel.rows, rows)
    enough = {"text": 2, "probability": 4}.get(panel.style, panel.decimals + 4)
    found = [(width - max(min(names, kept), whole)) // columns for kept in (LONGEST, 6, 4)]
    return next((wide for wide in found if wide >= enough), found[-1])


def _widest(panel: Heatmap, height: int, over: int, down: int) -> int:
    """Say how wide a cell may become: not much wider than high, or what its texts need."""
    tall = max((height - 1) // down, 1)
    return max(4 * tall + 1, panel.decimals + 5, min(over + 2, 12))


def _head(panel: Heatmap, wide: int, over: int, spare: int) -> tuple[Head, int]:
    """Choose how to write the column labels, and how many lines they take."""
    if not over:
        return ("across", 1) if panel.column is not None else ("none", 0)
    whole = counted(panel.columns, shape(panel)[1])
    if over < wide or wide >= max(whole + 1, 4):
        return "across", 1
    if wide == 1 and whole <= max(spare - 1, 1):
        return "down", min(over, max(spare - 1, 1), _TALL)  # under the cells stands the scale
    if wide > 1 and spare >= max(min(over, 3), min(whole, _TALL + 1)):
        return "down", min(over, spare, _TALL)
    return "numbers", 1


# ── a matrix that does not ─────────────────────────────────────────────────────────────


def _parts(panel: Heatmap, width: int, height: int, focus: Spot, pinned: bool) -> Plan:
    """Lay out a window, an overview, or both."""
    rows, columns = shape(panel)
    foot = height - 1 if height >= 3 else None
    body = height if foot is None else foot
    above = 1 if body >= 3 else 0
    lines = body - above
    both = width >= BESIDE and lines >= 3
    overview = None
    if both:
        room = max(min(width - _WINDOW - 2, 34), width * 6 // 10 - 2)
        if room < columns <= width - _SLIM - 2:
            room = columns
        overview = _honest(panel, _overview(panel, room, lines, above, square=rows == columns))
    if overview is not None:
        x = overview.x + overview.width + 2
        return Plan(_window(panel, x, width, lines, above, focus), overview, foot, focus)
    if not pinned:  # all of it, before a part
        margin = int(bool(panel.rows) or panel.row is not None)
        if margin + columns <= width and rows + (foot is not None) <= height:
            return _whole(panel, width, height, focus)
        overview = _overview(panel, width - 1, lines, above, square=False)
        few = 2 * overview.width * overview.height < width * lines and width >= _WINDOW
        # So few dots say less than some of the cells where a screen is about them.
        overview = None if few and panel.main and not both else _honest(panel, overview)
    if overview is None:
        return Plan(_window(panel, 0, width, lines, above, focus), None, foot, focus)
    numbers = len(str(rows - 1)) * bool(overview.x)
    fits = overview.x + overview.width + numbers <= width
    return Plan(None, replace(overview, x=overview.x + numbers * fits), foot, focus)


def _honest(panel: Heatmap, overview: Overview) -> Overview | None:
    """Choose how an overview may be made of the numbers; None where any would mislead."""
    reduced = way(panel, overview.tall, overview.wide)
    return None if reduced == "none" else replace(overview, sampled=reduced == "sampled")


def _overview(panel: Heatmap, width: int, lines: int, above: int, square: bool) -> Overview:
    rows, columns = shape(panel)
    width = max(width, 1)
    tall = -(-rows // (2 * lines))
    # Square dots keep a square matrix's diagonal where the eye looks for it, and leave room.
    wide = max(-(-columns // width), tall if square and tall > 2 else 1)
    return Overview(
        1 if width > 1 else 0, above, -(-columns // wide), -(-rows // (2 * tall)), tall, wide
    )


def _window(panel: Heatmap, x: int, width: int, lines: int, above: int, focus: Spot) -> Grid:
    rows, columns = shape(panel)
    names = longest(panel.rows, rows) or len(str(rows - 1))
    margin = 1 + max(min(names, 6), counted(panel.rows, rows))
    wide = max(5 if panel.style == "number" else 4, counted(panel.columns, columns) + 1)
    if width - x - margin < wide:
        margin, wide = 0, min(wide, max(width - x, 1))
    across = min(max((width - x - margin) // wide, 1), columns)
    down = min(lines, rows)
    row, column = focus
    if column is None and rows == columns:
        column = row
    return Grid(
        x + margin,
        above,
        wide,
        1,
        _start(row, down, rows),
        _start(column, across, columns),
        down,
        across,
        margin,
        above,
        "across" if above else "none",
        window=True,
    )


def _start(focus: int | None, shown: int, count: int) -> int:
    """Put the focus in the middle of the window, as far as the matrix goes."""
    return min(max((focus or 0) - shown // 2, 0), count - shown)
