"""An open matrix: names on rows and columns, the held number marked, its gauge below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui_transformer.controls import MatrixControl
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.fit import fit, short
from tui_transformer.render.palette import Palette
from tui_transformer.ui.control_line import GAUGE, LABEL, fraction_of, knob_line, whole
from tui_transformer.ui.spots import Column, Does, Spot, heading

if TYPE_CHECKING:
    from tui_transformer.session import Fold, Session

FEWEST = 8  # letters of a row's name that are kept where there are many columns
ROOMY = 4  # cells of a number, so that most changes leave the columns where they are
AROUND = 4  # lines of heading, column names, and the held number below an empty line


class Part(NamedTuple):
    """The part of a matrix that is in sight: where its columns begin, and how wide they are."""

    rows: range
    columns: range
    left: int
    wide: int

    def end(self, column: int) -> int:
        """The cell after a column."""
        return self.left + (column - self.columns[0] + 1) * self.wide


def grid(session: Session, fold: Fold, width: int, height: int, palette: Palette) -> Column:
    """Draw the part of an open matrix that lies around the held number."""
    row, column = fold.place(session.at)
    rows = _window(row, max(height - AROUND, 1), len(fold.rows))
    shown = _numbers(session, fold, rows, palette)
    least = 1 if _is_drawing(session) else ROOMY
    left, wide, count = _measured(fold, shown.values(), least, width - 1, palette)
    part = Part(rows, _window(column, count, len(fold.columns)), left, wide)
    does: Does = "flip" if _is_drawing(session) else "cell"
    canvas = Canvas(width, len(rows) + 1, palette)
    spots = [Spot(0, 0, width, "close")]
    _edges(canvas, spots, fold, part)
    _head(canvas, spots, fold, part, (row, column))
    for y, each in enumerate(rows, 1):
        for x, end, at in _row(canvas, fold, part, (row, column), y, shown):
            spots.append(Spot(y + 1, x, end, does, at))
        spots.append(Spot(y + 1, 0, left, "cell", fold.at(each, column)))
    lines = heading(fold, width, palette) + canvas.lines() + Canvas(width, 1, palette).lines()
    spots.append(Spot(len(lines), GAUGE - 1, width - 1, "gauge", session.at))
    label = f"{fold.rows[row]}, {fold.columns[column]}"
    label = label if cell_len(palette.spell(label)) <= LABEL else fold.columns[column]
    share = fraction_of(session, session.knob)
    lines.append(knob_line(session, session.knob, label, True, width, palette, " ", share))
    return Column(lines, tuple(spots))


def _head(canvas: Canvas, spots: list[Spot], fold: Fold, part: Part, held: tuple[int, int]) -> None:
    """Write the columns' names, cut where they have no room: the held one's stands below."""
    for column in part.columns:
        end, here = part.end(column), column == held[1]
        ink = canvas.palette.role("cursor" if here else "muted", bold=here)
        name = canvas.palette.spell(fold.columns[column])
        canvas.right(end, 0, short(name, part.wide - 1), ink)
        spots.append(Spot(1, end - part.wide + 1, end, "cell", fold.at(held[0], column)))


def _row(
    canvas: Canvas,
    fold: Fold,
    part: Part,
    held: tuple[int, int],
    y: int,
    shown: dict[tuple[int, int], str],
) -> Iterator[tuple[int, int, int]]:
    """Write a row, its name and its numbers; say where each begins and ends, and which it is."""
    palette, row = canvas.palette, part.rows[y - 1]
    ink = palette.role("cursor" if row == held[0] else "plain", bold=row == held[0])
    canvas.put(0, y, "▸" if row == held[0] else " ", ink)
    canvas.put(1, y, fit(palette.spell(fold.rows[row]), part.left - 1), ink)
    for column in part.columns:
        end, here = part.end(column), (row, column) == held
        style = palette.role("cursor" if here else "input", bold=here, reverse=here)
        canvas.right(end, y, shown[row, column], style)
        yield end - part.wide + 1, end, fold.at(row, column)


def _is_drawing(session: Session) -> bool:
    """Say whether each number of the matrix is on or off: a click turns it over."""
    control = session.knob.control
    return isinstance(control, MatrixControl) and control.is_drawing(session.model)


def _measured(
    fold: Fold, shown: Iterable[str], least: int, room: int, palette: Palette
) -> tuple[int, int, int]:
    """Say where the numbers begin, how wide each column is, and how many there is room for."""
    names = 1 + max(cell_len(palette.spell(name)) for name in fold.rows)
    wide = 1 + max(least, *map(cell_len, shown))
    count = len(fold.columns)
    left = min(names, max(room - count * wide, 1 + FEWEST))
    if left + count * wide > room:
        return left, wide, max((room - left) // wide, 1)
    wanted = 1 + max(cell_len(palette.spell(name)) for name in fold.columns)
    return left, max(wide, min(wanted, (room - left) // count)), count


def _window(held: int, room: int, count: int) -> range:
    """As many places as there is room for, the held one in their middle where it can be."""
    start = min(max(held - room // 2, 0), max(count - room, 0))
    return range(start, min(start + room, count))


def _numbers(
    session: Session, fold: Fold, rows: range, palette: Palette
) -> dict[tuple[int, int], str]:
    """Write the numbers of the rows in sight."""
    value = getattr(session.model, session.knob.control.name)
    found = {}
    for row in rows:
        for column in range(len(fold.columns)):
            knob = session.knobs[fold.at(row, column)]
            shown = whole(knob.control.show(value, knob.index), knob, value)
            found[row, column] = palette.spell(shown)
    return found


def _edges(canvas: Canvas, spots: list[Spot], fold: Fold, part: Part) -> None:
    """Mark where the matrix goes on; a click there goes on."""
    rows, columns = part.rows, part.columns
    row, column = rows[len(rows) // 2], columns[len(columns) // 2]
    edge = canvas.width - 1
    marks = (
        (rows[0] > 0, "▲", edge, 1, fold.at(rows[0] - 1, column)),
        (rows[-1] + 1 < len(fold.rows), "▼", edge, len(rows), fold.at(rows[-1] + 1, column)),
        (columns[0] > 0, "◂", 0, 0, fold.at(row, columns[0] - 1)),
        (columns[-1] + 1 < len(fold.columns), "▸", edge, 0, fold.at(row, columns[-1] + 1)),
    )
    for there, sign, x, y, at in marks:
        if there:
            canvas.put(x, y, sign, canvas.palette.role("muted"))
            spots.append(Spot(y + 1, x, x + 1, "cell", at))
